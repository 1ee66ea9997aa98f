"""The class that computes an objective, from its settings."""

from importlib import import_module
from typing import TYPE_CHECKING

from maskzoo.recipe.objective import ObjectiveSettings, package_of

if TYPE_CHECKING:
    from maskzoo.objectives.common.objective import Objective


def class_of(settings: ObjectiveSettings) -> "type[Objective]":
    """`Objective` in the module `objective` of its package, which imports torch."""
    found: type[Objective] = import_module(f"{package_of(settings).__name__}.objective").Objective
    return found
