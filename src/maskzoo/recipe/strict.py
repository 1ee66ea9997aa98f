"""The base of every recipe model: frozen, and without keys it does not know; and names that can be parts of a path."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

# names become folders and targets
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")]
OFF = BeforeValidator(lambda value: None if value is False else value)  # `off` where a null would mean the default


class Strict(BaseModel):
    """Rejects unknown keys and cannot be changed after it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())
