"""Parts of a recipe in which the names of methods are keys, each with the settings of the method below."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

from maskzoo import registry
from maskzoo.strict import Strict


@dataclass(frozen=True)
class _Section:
    """What a recipe says below the name of a method."""

    model: type[BaseModel]
    said: Any


def _settings(value: Any) -> BaseModel:
    if isinstance(value, BaseModel):
        return value
    if not isinstance(value, _Section):
        raise PydanticCustomError("extra_forbidden", "no method of this name")
    return value.model.model_validate(value.said)


class Sections(Strict):
    """A model whose further keys are names of methods of the kind `SECTIONS`; `off` below one takes it out."""

    model_config = ConfigDict(extra="allow")
    SECTIONS: ClassVar[str]
    if not TYPE_CHECKING:  # where it would be a key that must be given
        __pydantic_extra__: dict[str, Annotated[Any, BeforeValidator(_settings)]]

    @model_validator(mode="before")
    @classmethod
    def _sections(cls, raw: Any) -> Any:
        if not isinstance(raw, dict):
            return raw
        read = {}
        for key, said in raw.items():
            model = None if key in cls.model_fields else cls.section_model(key)
            if model is None:
                read[key] = said
            elif said is not False and said is not None:
                read[key] = said if isinstance(said, BaseModel) else _Section(model, said)
        return read

    @classmethod
    def section_names(cls) -> list[str]:
        """The keys that there may be beside the fields."""
        return [name for name in registry.names(cls.SECTIONS) if cls.section_model(name) is not None]

    @classmethod
    def section_model(cls, key: Any) -> type[BaseModel] | None:
        """The settings below a key; None where it is no method, or one without any."""
        if key not in registry.names(cls.SECTIONS):
            return None
        model: type[BaseModel] | None = getattr(registry.load(cls.SECTIONS, key), "Settings", None)
        return model

    @property
    def sections(self) -> dict[str, Any]:
        """Name of a method -> its settings, in the order of the recipe."""
        return dict(self.model_extra or {})
