"""Classical baselines, one module each: what a pretrained encoder has to beat. None of them imports torch.

A module has `TYPES` (the task types it fits) and `fit(task) -> Fitted`, which sees training and validation data only.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from maskzoo import registry
from maskzoo.evaluation.task_data import Split


@dataclass(frozen=True)
class Predictions:
    """What was predicted for the examples of a split, in their order.

    Attributes:
        predicted: label, or list of tags, an example.
        probability: of what was predicted: a number, or a list with one number a word.
    """

    predicted: Sequence[Any]
    probability: Sequence[Any]


@dataclass(frozen=True)
class Fitted:
    """A fitted baseline: a function from a split to predictions, and how it was chosen."""

    predict: Callable[[Split], Predictions]
    hyperparameters: dict[str, Any]


def names_for(kind: str) -> list[str]:
    """Names of the baselines that fit a task type."""
    found = []
    for name in registry.names(__name__):
        if kind in registry.load(__name__, name, kind="baseline").TYPES:
            found.append(name)
    return found
