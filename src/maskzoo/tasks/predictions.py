"""What a model or a baseline answers for the examples of a split."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


class NoNumbersError(Exception):
    """A model answered with something infinite or undefined: its training diverged, or its weights are broken.

    Attributes:
        epoch: of fine-tuning, from 1; 0 where nothing was trained.
    """

    def __init__(self, epoch: int = 0) -> None:
        super().__init__(f"the predictions are no numbers (epoch {epoch})")
        self.epoch = epoch


@dataclass(frozen=True)
class Predictions:
    """Answers in the order of the split.

    Attributes:
        predicted: one an example, as the type has it: a label, a list of tags, a row of numbers.
        probability: of what was predicted: a number, or a list with one number a word; empty where there is none.
        scores: (examples, labels) what ranks examples, for metrics that read it: probabilities of all labels.
    """

    predicted: Sequence[Any]
    probability: Sequence[Any] = ()
    scores: Any = None
