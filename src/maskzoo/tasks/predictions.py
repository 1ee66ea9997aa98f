"""What a model or a baseline answers for the examples of a split."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


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
