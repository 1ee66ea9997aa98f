"""The settings of every adaptation method as one type, told apart by `method`."""

from typing import TYPE_CHECKING, Annotated, Union

from pydantic import Field

from maskzoo import registry
from maskzoo.recipe.method import Method


def methods() -> list[type[Method]]:
    """The settings of all methods, by the names of their modules."""
    return [registry.load("adaptation", name).Settings for name in registry.names("adaptation")]


if TYPE_CHECKING:
    Adaptation = Method
else:
    Adaptation = Annotated[Union[tuple(methods())], Field(discriminator="method")]  # noqa: UP007
