"""The base of every recipe model: frozen, and without keys it does not know."""

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """Rejects unknown keys and cannot be changed after it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())
