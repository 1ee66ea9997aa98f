"""Classical baselines, one module each: what a pretrained encoder has to beat. None of them imports torch.

A module has `TITLE` (what tables call it), `TYPES` (the task types it fits), `MATERIALS` where it is not for all of
them, and `fit(task) -> Fitted`, which sees training and validation data only. General ones are here; those that know
one material are in `maskzoo.materials.<material>.baselines`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

from maskzoo import registry
from maskzoo.errors import unknown_name
from maskzoo.evaluation.predictions import Predictions
from maskzoo.evaluation.task_data import Split

__all__ = ["Fitted", "Predictions", "all_names", "load", "names_for", "title_of"]


@dataclass(frozen=True)
class Fitted:
    """A fitted baseline: a function from a split to predictions, and how it was chosen."""

    predict: Callable[[Split], Predictions]
    hyperparameters: dict[str, Any]


def names_for(kind: str, material: str) -> list[str]:
    """Names of the baselines that fit a task type on a material: general ones, then the material's own."""
    return [
        name
        for name, module in _fitting(material).items()
        if kind in module.TYPES and material in getattr(module, "MATERIALS", (material,))
    ]


def load(name: str, material: str) -> ModuleType:
    """The baseline of that name, general or of the material.

    Raises:
        UserError: no such baseline; names the nearest one.
    """
    known = _fitting(material)
    if name not in known:
        raise unknown_name("baseline", name, known)
    return known[name]


def all_names() -> list[str]:
    """Names of the baselines of all materials."""
    return sorted({name for package in _packages() for name in registry.names(package)})


def title_of(name: str) -> str | None:
    """What tables call a baseline; None where no baseline has that name."""
    for package in _packages():
        if name in registry.names(package):
            return str(registry.load(package, name, kind="baseline").TITLE)
    return None


def _packages() -> list[str]:
    return [__name__, *(_package(material) for material in registry.names("maskzoo.materials") if _own(material))]


def _package(material: str) -> str:
    return f"maskzoo.materials.{material}.baselines"


def _own(material: str) -> bool:
    """Whether a material has baselines of its own; one that is a single module has none."""
    from importlib.util import find_spec

    spec = find_spec(f"maskzoo.materials.{material}")
    return bool(spec and spec.submodule_search_locations and find_spec(_package(material)))


@cache
def _fitting(material: str) -> dict[str, ModuleType]:
    packages = [__name__, *([_package(material)] if _own(material) else [])]
    return {
        name: registry.load(package, name, kind="baseline") for package in packages for name in registry.names(package)
    }
