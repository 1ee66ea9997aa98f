"""Classical baselines, one module each: what a pretrained encoder has to beat. None of them imports torch.

A module has `TITLE` (what tables call it), `TYPES` (the task types it fits; a type's module may name others of them in
`BASELINES`), `MATERIALS` where it is not for all of them, `UNTRAINED` where it learns nothing, and
`fit(task) -> Fitted`, which sees training and validation data only.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from maskzoo import registry
from maskzoo.tasks.predictions import Predictions
from maskzoo.tasks.task_data import Split

__all__ = ["Fitted", "Predictions", "all_names", "load", "names_for", "title_of"]


@dataclass(frozen=True)
class Fitted:
    """A fitted baseline: a function from a split to predictions, and how it was chosen."""

    predict: Callable[[Split], Predictions]
    hyperparameters: dict[str, Any]


def names_for(kind: str, material: str, *, trained: bool = True) -> list[str]:
    """Names of the baselines that fit a task type on a material: general ones, then the material's own.

    Args:
        trained: whether there are examples to learn from; without, those that learn nothing are left.
    """
    named = getattr(registry.load("tasks", kind), "BASELINES", ())
    fitting = {
        name: module
        for name, module in registry.load_all("baselines").items()
        if (kind in module.TYPES or name in named)
        and material in getattr(module, "MATERIALS", (material,))
        and (trained or getattr(module, "UNTRAINED", False))
    }
    return sorted(fitting, key=lambda name: (len(getattr(fitting[name], "MATERIALS", ())) == 1, name))


def load(name: str, material: str) -> ModuleType:
    """The baseline of that name.

    Raises:
        UserError: no such baseline on this material; names the nearest one.
    """
    known = [
        one
        for one, module in registry.load_all("baselines").items()
        if material in getattr(module, "MATERIALS", (material,))
    ]
    registry.refuse_unknown("baselines", name, among=known)
    return registry.load("baselines", name)


def all_names() -> list[str]:
    """Names of the baselines of all materials."""
    return registry.names("baselines")


def title_of(name: str) -> str | None:
    """What tables call a baseline; None where no baseline has that name."""
    return str(registry.load("baselines", name).TITLE) if name in all_names() else None
