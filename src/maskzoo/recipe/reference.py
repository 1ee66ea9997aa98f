"""`python -m maskzoo.recipe.reference`: docs/recipe.md, written from the models themselves so that it cannot drift.

Keys that hold a method get a section for every method of its kind that has something to set; only methods of this
package are written down, whatever else is installed.
"""

import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from maskzoo import registry
from maskzoo.recipe.recipe import Recipe
from maskzoo.recipe.sections import Sections
from maskzoo.strict import Strict

HEADER = """# Every key of domain.yaml

Written by `python -m maskzoo.recipe.reference > docs/recipe.md` from the models in `src/maskzoo/recipe/` and the
settings of every method; a test holds the two together.

A domain is a folder below `domains/` with a `domain.yaml`. What stands at its root is shared by all scales;
`scales:` maps a name (`demo`, `small`, `full`) to an overlay: mappings are merged, lists are replaced, a null
removes a key. Three root keys are defaults that are merged into every variant or task and can be overridden
there: `training` and `masking` (variants), `finetuning` (tasks).

A scale that says `extends: small` is laid over that scale: what differs is all it has to say. A domain.yaml that says
`extends: ../group.yaml` is laid over that file, which has the same form: what a group of domains shares stands there.
`off` (or false) at `decontamination`, `privacy`, `deduplication.near` and `cleaning.language` takes the step out, where
a null would only bring the default back.

A key that names a method takes the name alone (`optimiser: muon`) or a mapping with what is set of it
(`optimiser: {name: muon, momentum: 0.9}`). Methods of installed packages can be named, too
([new_method.md](new_method.md#from-another-package)).

`maskzoo check domains/legal` reads the file and says what is wrong with it: file, key, value, what was
expected, the nearest valid name.
"""


def reference() -> str:
    """docs/recipe.md as text."""
    parts = [HEADER]
    open_: list[tuple[str, str, type[BaseModel]]] = [("the root", "", Recipe)]
    seen: set[type[BaseModel]] = {Recipe}
    common: set[type[BaseModel]] = set()
    while open_:
        title, path, model = open_.pop(0)
        parts.append(_section(title, model, common))
        beside = [(f"`{path}` with `{tag}`", path, own) for tag, own in _beside(model)]
        seen |= {own for _, _, own in beside}
        common |= {model} if beside else set()
        open_[:0] = beside
        below: list[tuple[str, str, type[BaseModel]]] = []
        for name, field in model.model_fields.items():
            many = "<name>" if get_origin(field.annotation) is dict else None
            there = ".".join(part for part in (path, name, many) if part)
            below += [(f"`{there}`", there, child) for child in _models_in(field.annotation) if not _marks(field)]
            shared = [one for one in _models_in(field.annotation) if _is_common(one, field)]
            common |= set(shared)
            below += [(f"`{there}`", there, one) for one in shared]
            below += [(f"`{there}` with `{tag}`", there, own) for mark in _marks(field) for tag, own in _methods(mark)]
        if issubclass(model, Sections):
            mark = registry.Chosen(model.SECTIONS)
            below += [(f"`{path}.{name}`", f"{path}.{name}", own) for name, own in _with_settings(mark)]
        for one in below:
            if one[2] not in seen:
                seen.add(one[2])
                open_.append(one)
    return "\n".join(parts)


def _beside(model: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    """The settings of methods that stand beside the keys of a model, as those of masking policies do."""
    if issubclass(model, Strict) and vars(model).get("KIND"):  # its own, not that of the model it is made from
        yield from _methods(registry.Chosen(model.KIND))


def _methods(mark: registry.Chosen | registry.Known) -> Iterator[tuple[str, type[BaseModel]]]:
    """`policy: span` and the settings, for every method of this package that has something to set."""
    if isinstance(mark, registry.Chosen):
        key = registry.KINDS[mark.kind].key
        yield from ((f"{key}: {name}", model) for name, model in _with_settings(mark))


def _with_settings(mark: registry.Chosen) -> Iterator[tuple[str, type[BaseModel]]]:
    for name in registry.own_names(mark.kind):
        model = registry.settings_model(mark.kind, name)
        if model.model_fields:
            yield name, model


def _marks(annotation: Any) -> list[registry.Chosen | registry.Known]:
    """What says that a key holds methods, however deep it stands."""
    if isinstance(annotation, FieldInfo):
        own = [mark for mark in annotation.metadata if isinstance(mark, registry.Chosen | registry.Known)]
        return own or _marks(annotation.annotation)
    own = [
        mark for mark in getattr(annotation, "__metadata__", ()) if isinstance(mark, registry.Chosen | registry.Known)
    ]
    return own or [mark for option in get_args(annotation) for mark in _marks(option)]


def _is_common(model: type[BaseModel], field: FieldInfo) -> bool:
    """Whether a model holds keys that all methods of a key have, beside the one that names the method."""
    keys = [registry.KINDS[mark.kind].key for mark in _marks(field)]
    return bool(keys) and bool(set(model.model_fields) - set(keys))


def _section(title: str, model: type[BaseModel], common: set[type[BaseModel]]) -> str:
    """A model's keys, without those that all methods have and that stand in a section of their own."""
    told = {name for base in model.__mro__[1:] if base in common for name in getattr(base, "model_fields", ())}
    rows = ["| key | type | default | meaning |", "| --- | --- | --- | --- |"]
    filled_in = model.FILLED_IN if issubclass(model, Strict) else ()
    for name, field in model.model_fields.items():
        if name not in filled_in and name not in told:
            meaning = (field.description or "").replace("|", "\\|")
            rows.append(f"| `{name}` | {_type_of(field)} | {_default(field)} | {meaning} |")
    text = " ".join((model.__doc__ or "").split()) if "pydantic" not in (model.__doc__ or "") else ""
    return f"## {title}\n\n{text}\n\n" + "\n".join(rows) + "\n"


def _type_of(field: FieldInfo) -> str:
    """The type of a key; what is said of it stands apart from the annotation where it is the outermost."""
    marks = [mark for mark in field.metadata if isinstance(mark, registry.Chosen | registry.Known)]
    return _choice(marks[0]) if marks else _type(field.annotation)


def _choice(mark: registry.Chosen | registry.Known) -> str:
    kind = registry.KINDS[mark.kind]
    names = ", ".join(f"`{name}`" for name in registry.own_names(mark.kind))
    return f"{kind.noun}: {names}"


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "empty"
    if field.default is PydanticUndefined:
        return "**needed**"
    if field.default is None or field.default == ():
        return "none"
    if isinstance(field.default, BaseModel):
        return "see its section"
    value = field.default
    return f"`{', '.join(map(str, value))}`" if isinstance(value, tuple) else f"`{value}`"


def _type(annotation: Any) -> str:
    origin, options = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        marks = _marks(annotation)
        return _choice(marks[0]) if marks else _type(options[0])
    if origin is Literal:
        return " or ".join(f"`{option}`" for option in options)
    if origin in (Union, types.UnionType):
        return " or ".join(_type(option) for option in options if option is not type(None))
    if origin is dict:
        return f"mapping of {_type(options[1])}"
    if origin is tuple:
        return f"list of {_type(options[0])}"
    if annotation is Any:
        return "any value"
    return {"str": "text", "int": "integer", "float": "number", "bool": "true or false"}.get(
        annotation.__name__, f"{annotation.__name__}"
    )


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    """The models that a key may hold; several where one of its keys tells which."""
    if isinstance(annotation, type):
        return [annotation] if issubclass(annotation, BaseModel) else []
    return [model for option in get_args(annotation) for model in _models_in(option)]


if __name__ == "__main__":
    print(reference(), end="")
