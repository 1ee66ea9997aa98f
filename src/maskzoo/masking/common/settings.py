"""Settings of policies, and an error of theirs as one sentence."""

from types import ModuleType
from typing import Any

from pydantic import BaseModel, ValidationError

from maskzoo import registry
from maskzoo.errors import UserError, unknown_name
from maskzoo.recipe.strict import Strict


class NoSettings(Strict):
    """A policy with nothing to set."""


def policy_module(name: str, where: str | None = None) -> ModuleType:
    """The module of a policy.

    Raises:
        UserError: there is none of that name; says which is near.
    """
    return registry.load("masking", name, where=where)


def settings_of(policy: ModuleType, values: dict[str, Any], *, common: tuple[str, ...], where: str | None) -> Any:
    """The settings of a policy, from what the recipe says besides the keys that all policies have.

    Args:
        common: those keys, to name one that was misspelt.
        where: file and key of the masking.

    Raises:
        UserError: an unknown key, a value of the wrong kind or outside its range, one that is needed and missing.
    """
    model: type[BaseModel] = policy.Settings
    try:
        return model.model_validate(values)
    except ValidationError as error:
        details = error.errors()
        detail = min(details, key=lambda one: one["type"] != "extra_forbidden")
        raise _sentence(detail, model, common, where, len(details)) from None


def _sentence(detail: Any, model: type[BaseModel], common: tuple[str, ...], where: str | None, count: int) -> UserError:
    path = [str(part) for part in detail["loc"]]
    place = ".".join(part for part in (where, *path) if part)
    more = f"and {count - 1} more problem{'s' if count > 2 else ''}" if count > 1 else None
    if detail["type"] == "extra_forbidden":
        parent = _model_at(model, path[:-1])
        known = [*(parent.model_fields if parent else ()), *(common if len(path) == 1 else ())]
        return UserError(str(unknown_name("key", path[-1], known, where=place)), hint=more)
    if detail["type"] == "missing":
        return UserError("is missing", where=place, hint=more)
    if detail["type"] == "literal_error":
        known = [name.strip(" '") for name in detail["ctx"]["expected"].replace(" or ", ",").split(",")]
        return UserError(str(unknown_name("value", str(detail["input"]), known, where=place)), hint=more)
    message = detail["msg"].removeprefix("Value error, ")
    value = detail["input"]
    shown = message if isinstance(value, dict | BaseModel) else f"{value!r}: {message[0].lower() + message[1:]}"
    return UserError(shown, where=place, hint=more)


def _model_at(model: type[BaseModel] | None, path: list[str]) -> type[BaseModel] | None:
    """The model that stands at a path of keys."""
    for part in path:
        if model is None or part.isdigit():
            continue
        annotation = model.model_fields[part].annotation if part in model.model_fields else None
        model = _first_model(annotation)
    return model


def _first_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_first_model(option) for option in getattr(annotation, "__args__", ()))
    return next((one for one in found if one is not None), None)
