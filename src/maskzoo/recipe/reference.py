"""`python -m maskzoo.recipe.reference`: docs/recipe.md, written from the models themselves so that it cannot drift."""

import types
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from maskzoo import registry
from maskzoo.recipe.masking import Masking
from maskzoo.recipe.recipe import Recipe

HEADER = """# Every key of domain.yaml

Written by `python -m maskzoo.recipe.reference > docs/recipe.md` from the models in `src/maskzoo/recipe/`;
a test holds the two together.

A domain is a folder below `domains/` with a `domain.yaml`. What stands at its root is shared by all scales;
`scales:` maps a name (`demo`, `small`, `full`) to an overlay: mappings are merged, lists are replaced, a null
removes a key. Three root keys are defaults that are merged into every variant or task and can be overridden
there: `training` and `masking` (variants), `finetuning` (tasks).

A scale that says `extends: small` is laid over that scale: what differs is all it has to say. A domain.yaml that says
`extends: ../group.yaml` is laid over that file, which has the same form: what a group of domains shares stands there.
`off` (or false) at `decontamination`, `privacy`, `deduplication.near` and `cleaning.language` takes the step out, where
a null would only bring the default back.

`maskzoo check domains/legal` reads the file and says what is wrong with it: file, key, value, what was
expected, the nearest valid name.
"""


def reference() -> str:
    """docs/recipe.md as text."""
    parts = [HEADER]
    open_: list[tuple[str, type[BaseModel]]] = [("the root", Recipe)]
    seen: set[type[BaseModel]] = {Recipe}
    while open_:
        title, model = open_.pop(0)
        parts.append(_section(title, model))
        if model is Masking:
            for name, own in _policies():
                parts.append(_section(f"{title} with `policy: {name}`", own))
                inner = {
                    child: key for key, field in own.model_fields.items() for child in _models_in(field.annotation)
                }
                parts += [_section(f"{title[:-1]}.{key}`", child) for child, key in inner.items() if child not in seen]
                seen.update(inner)
        for name, field in model.model_fields.items():
            children = _models_in(field.annotation)
            for child in (child for child in children if child not in seen):
                seen.add(child)
                many = "<name>" if get_origin(field.annotation) is dict else None
                path = ".".join(
                    part for part in (title.strip("`") if model is not Recipe else None, name, many) if part
                )
                which = f" with `{_tag(child)}`" if len(children) > 1 else ""
                open_.append((f"`{path}`{which}", child))
    return "\n".join(parts)


def _policies() -> list[tuple[str, type[BaseModel]]]:
    """Masking policies that have something to set of their own, by name."""
    named = [(name, registry.settings_model("masking", name)) for name in registry.names("masking")]
    return [(name, model) for name, model in named if model.model_fields]


def _section(title: str, model: type[BaseModel]) -> str:
    rows = ["| key | type | default | meaning |", "| --- | --- | --- | --- |"]
    for name, field in model.model_fields.items():
        if model is Recipe and name in ("name", "scale", "folder"):
            continue
        meaning = (field.description or "").replace("|", "\\|")
        rows.append(f"| `{name}` | {_type(field.annotation)} | {_default(field)} | {meaning} |")
    text = " ".join((model.__doc__ or "").split()) if "pydantic" not in (model.__doc__ or "") else ""
    return f"## {title}\n\n{text}\n\n" + "\n".join(rows) + "\n"


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
        return _type(options[0])
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
    if isinstance(annotation, type) and issubclass(annotation, BaseModel) and "method" in annotation.model_fields:
        return f"{annotation.model_fields['method'].default}"
    return {"str": "text", "int": "integer", "float": "number", "bool": "true or false"}.get(
        annotation.__name__, f"{annotation.__name__}"
    )


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    """The models that a key may hold; several where one of its keys tells which."""
    if isinstance(annotation, type):
        return [annotation] if issubclass(annotation, BaseModel) else []
    return [model for option in get_args(annotation) for model in _models_in(option)]


def _tag(model: type[BaseModel]) -> str:
    """`method: lora`, what tells a model from the others that may stand in its place."""
    return f"method: {model.model_fields['method'].default}"


if __name__ == "__main__":
    print(reference(), end="")
