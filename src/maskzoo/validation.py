"""What is wrong with a mapping that a user wrote, as one sentence: the only translator of pydantic's errors.

Every file of the zoo (domains, studies, papers, tokenizer designs, probes, the site of a cluster) and the settings of
every method are validated here, so a misspelt key is answered in the same words wherever it stands.
"""

from collections.abc import Collection, Mapping
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from maskzoo.errors import UserError, unknown_name

SAID = "said"  # type of an error whose text is a whole sentence already
EXPECTED = {
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "string_type": "text",
}
PATTERNS = {
    r"^[0-9a-f]{64}$": "64 lower-case hexadecimal digits",
    r"^[A-Za-z0-9][A-Za-z0-9_-]*$": "a name of letters, digits, - and _",
    r"^v\d+(\.\d+)*$": "a version such as v1 or v2.1",
}
# what pydantic puts into a location beside keys: the mark of a key itself, the alternatives of a type
MARKS = ("[key]", "constr", "tuple[", "list[", "dict[", "function-", "literal[", "str", "int", "float", "bool")

Model = TypeVar("Model", bound=BaseModel)


def validated(
    model: type[Model],
    raw: Any,
    *,
    where: str | None,
    within: bool = False,
    filled_in: Mapping[str, Any] | None = None,
    beside: Collection[str] = (),
) -> Model:
    """`raw` as an instance of `model`.

    Args:
        raw: what was written, as YAML gives it.
        where: the file, for messages, or file and key.
        within: whether `where` ends in a key, so that keys follow after a dot.
        filled_in: values of keys that nobody writes.
        beside: keys that were taken out of `raw` before: a misspelt one of them is recognised.

    Raises:
        UserError: the first thing that is wrong, by its key, with what was expected and the nearest name there is.
    """
    try:
        return model.model_validate({**raw, **filled_in} if filled_in else raw)
    except ValidationError as error:
        details = error.errors()
        # a misspelt key explains the one that is missing, so it comes first
        first = min(details, key=lambda detail: detail["type"] != "extra_forbidden")
        sentence = _Sentence(model, raw, where, within, tuple(beside))
        raise sentence.of(first, len(details)) from None


class _Sentence:
    """One detail of pydantic as a `UserError`."""

    def __init__(
        self, model: type[BaseModel], raw: Any, where: str | None, within: bool, beside: tuple[str, ...]
    ) -> None:
        self.model, self.raw, self.where, self.within, self.beside = model, raw, where, within, beside

    def of(self, detail: ErrorDetails, count: int) -> UserError:
        path = keys_of(detail["loc"], self.raw)
        more = f"and {count - 1} more problem{'s' if count > 2 else ''}" if count > 1 else None
        kind, value, context = detail["type"], detail["input"], detail.get("ctx", {})
        if kind in ("union_tag_invalid", "union_tag_not_found"):
            path = [*path, context["discriminator"].strip("'")]
        place = self._place(path)
        match kind:
            case "extra_forbidden":
                return UserError(str(unknown_name("key", path[-1], self._known(path[:-1]), where=place)), hint=more)
            case "missing" | "union_tag_not_found":
                wanted = self._choices(path)
                return UserError("is missing", where=place, expected=wanted, hint=more)
            case "union_tag_invalid":
                known = [name.strip("'") for name in context["expected_tags"].split(", ")]
                return UserError(str(unknown_name(path[-1], context["tag"], known, where=place)), hint=more)
            case "literal_error":
                known = _listed(context["expected"])
                return UserError(str(unknown_name("value", str(value), known, where=place)), hint=more)
            case "said":
                return UserError(detail["msg"], where=place, hint=more)
        wanted = PATTERNS.get(context["pattern"]) if kind == "string_pattern_mismatch" else EXPECTED.get(kind)
        if wanted:
            if kind == "string_type" and isinstance(value, bool):
                more = "; ".join(filter(None, ("quote it: YAML takes yes, no, on and off for true and false", more)))
            return UserError(f"{value!r}", where=place, expected=wanted, hint=more)
        message = detail["msg"].removeprefix("Value error, ")
        if not isinstance(value, dict | BaseModel):
            message = f"{value!r}: {message[0].lower() + message[1:]}"
        return UserError(message, where=place, hint=more)

    def _place(self, path: list[str]) -> str | None:
        keys = ".".join(path)
        if not keys or self.where is None:
            return keys or self.where
        return f"{self.where}{'.' if self.within else ': '}{keys}"

    def _known(self, path: list[str]) -> list[str]:
        """Keys that a mapping at a path would have taken."""
        parent = model_at(self.model, path, self.raw)
        if parent is None:
            return []
        own = [name for name in parent.model_fields if name not in getattr(parent, "FILLED_IN", ())]
        own += parent.section_names() if hasattr(parent, "section_names") else ()
        return [*own, *getattr(parent, "BESIDE", ()), *(self.beside if not path else ())]

    def _choices(self, path: list[str]) -> str | None:
        """What a missing key could be, where there are only so many values."""
        parent = model_at(self.model, path[:-1], self.raw)
        field = parent.model_fields.get(path[-1]) if parent is not None else None
        options = _literals(field.annotation) if field is not None else []
        return f"one of {', '.join(options)}" if len(options) > 1 else None


def keys_of(location: tuple[int | str, ...], raw: Any) -> list[str]:
    """The keys of a location of pydantic, without the alternatives of types that it names on the way."""
    keys: list[str] = []
    current: Any = raw
    known = True  # whether `current` is what stands there
    for number, part in enumerate(location):
        last = number == len(location) - 1
        if known and isinstance(current, Mapping):
            if part in current:
                current = current[part]
            elif not last or part == "[key]":  # the name of an alternative
                continue
            else:
                known = False
        elif known and isinstance(current, list | tuple) and isinstance(part, int) and part < len(current):
            current = current[part]
        elif (known and current is not None) or str(part).startswith(MARKS):  # a value of its own has no keys
            continue
        else:
            known = False
        keys.append(str(part))
    return keys


def model_at(root: type[BaseModel], path: list[str], raw: Any) -> type[BaseModel] | None:
    """The model that stands at a path of keys; None where no model does.

    Args:
        raw: what was written: it says which of several models is meant.
    """
    current: Any = root
    metadata: tuple[Any, ...] = ()
    for part in path:
        current, metadata = _below(_model_of(current, metadata, raw) or current, part)
        raw = _item(raw, part)
    return _model_of(current, metadata, raw)


def _below(annotation: Any, part: str) -> tuple[Any, tuple[Any, ...]]:
    """The annotation of a key or of an item, and what is said about it."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        field = annotation.model_fields.get(part)
        if field is None and hasattr(annotation, "section_model"):
            return annotation.section_model(part), ()
        return (field.annotation, (*field.metadata, field)) if field is not None else (None, ())
    for option in _options(annotation):
        if get_origin(option) is dict:
            return get_args(option)[1], ()
        if get_origin(option) in (tuple, list):
            return get_args(option)[0], ()
    return None, ()


def _model_of(annotation: Any, metadata: tuple[Any, ...], raw: Any) -> type[BaseModel] | None:
    """The model that an annotation stands for, chosen by what was written where there are several."""
    for mark in (*metadata, *_marks(annotation)):
        if hasattr(mark, "model_for"):
            chosen: type[BaseModel] | None = mark.model_for(raw)
            return chosen
    models = [option for option in _options(annotation) if isinstance(option, type) and issubclass(option, BaseModel)]
    if len(models) < 2:
        return models[0] if models else None
    tag = next((mark.discriminator for mark in metadata if getattr(mark, "discriminator", None)), None)
    named = raw.get(tag) if isinstance(raw, Mapping) and isinstance(tag, str) else None
    return next((model for model in models if tag and model.model_fields[tag].default == named), None)


def _options(annotation: Any) -> list[Any]:
    """`A | B | None` and `Annotated[A, ...]` taken apart."""
    if hasattr(annotation, "__metadata__"):
        return _options(get_args(annotation)[0])
    if get_origin(annotation) is Union or type(annotation).__name__ == "UnionType":
        return [one for option in get_args(annotation) for one in _options(option) if one is not type(None)]
    return [annotation]


def _marks(annotation: Any) -> list[Any]:
    """What is said about the alternatives of an annotation."""
    own = list(getattr(annotation, "__metadata__", ()))
    united = get_origin(annotation) is Union or type(annotation).__name__ == "UnionType"
    return own + [mark for option in get_args(annotation) if united for mark in _marks(option)]


def _literals(annotation: Any) -> list[str]:
    return [str(value) for option in _options(annotation) for value in get_args(option) if isinstance(value, str)]


def _item(raw: Any, part: str) -> Any:
    if isinstance(raw, Mapping):
        return raw.get(part)
    if isinstance(raw, list | tuple) and part.isdigit() and int(part) < len(raw):
        return raw[int(part)]
    return None


def _listed(expected: str) -> list[str]:
    """`'a', 'b' or 'c'` -> the names."""
    return [name.strip(" '") for name in expected.replace(" or ", ",").split(",")]
