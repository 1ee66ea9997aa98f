"""The base of all that is read from YAML: frozen, without keys it does not know; and names that can be in a path."""

from typing import Annotated, Any, ClassVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    SerializerFunctionWrapHandler,
    StringConstraints,
    model_serializer,
)

# names become folders and targets
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")]
# ISO 639 with what may follow it: `en`, `gsw`, `pt-BR`
LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*$")]
Shown = Annotated[str, StringConstraints(pattern=r"\S")]  # what readers see: not nothing
OFF = BeforeValidator(lambda value: None if value is False else value)  # `off` where a null would mean the default


class Strict(BaseModel):
    """Rejects unknown keys and cannot be changed after it was read.

    `FILLED_IN` names keys that the program fills in and nobody writes, `BESIDE` keys that may stand in the same mapping
    and are taken out before the model sees it: what a misspelt key is compared with. `KIND` is the kind of method whose
    settings stand in the same mapping, as a masking policy's do.
    """

    FILLED_IN: ClassVar[tuple[str, ...]] = ()
    BESIDE: ClassVar[tuple[str, ...]] = ()
    KIND: ClassVar[str] = ""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=(), allow_inf_nan=False)


class NoSettings(Strict):
    """A method with nothing to set."""


class Named(Strict):
    """Settings of a method that are written down as short as it goes: the name alone where everything has its default.

    So a run of a method that gets another setting later is still the run that it was.
    """

    name: str

    @model_serializer
    def _as_short_as_it_goes(self) -> Any:
        written = {
            name: value.model_dump(mode="json") if isinstance(value, Strict) else value
            for name, value in self
            if name != "name" and value != type(self).model_fields[name].default
        }
        return {"name": self.name, **written} if written else self.name


class Grown(Strict):
    """A model that got keys after runs had been made from it.

    The keys of `LATER` are left out of what is written down while they have their default: what was run before they
    came is still what the recipe asks for.
    """

    LATER: ClassVar[tuple[str, ...]] = ()

    @model_serializer(mode="wrap")
    def _only_what_is_used(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = write(self)
        defaults = {name: type(self).model_fields[name].default for name in self.LATER}
        unused = {name for name, default in defaults.items() if default in (getattr(self, name), written.get(name))}
        return {name: value for name, value in written.items() if name not in unused}
