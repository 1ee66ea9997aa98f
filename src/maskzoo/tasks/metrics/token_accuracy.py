"""Share of words whose tag is right, over all words of all sentences; those without a gold tag do not count."""

from collections.abc import Sequence

from maskzoo.tasks.metrics.common.parts import parts
from maskzoo.tasks.significance import Sample, ratio

SEQUENCES = True
TITLE = "accuracy of tags"
HUB = "accuracy"
CITATION = ""


def score(references: Sequence[Sequence[str | None]], predictions: Sequence[Sequence[str]]) -> dict[str, float]:
    """`{"token_accuracy"}` in 0..1; 0 when there is no word."""
    right = words = 0
    for gold, predicted in zip(references, predictions, strict=True):
        hits, counted = _right(gold, predicted)
        right, words = right + hits, words + counted
    return {"token_accuracy": right / words if words else 0.0}


def sample(references: Sequence[Sequence[str | None]], predictions: Sequence[Sequence[Sequence[str]]]) -> Sample:
    """The metric of several seeds, `predictions` (seeds, examples), for resampling."""
    return Sample(parts(references, predictions, _right), ratio)


def _right(gold: Sequence[str | None], predicted: Sequence[str]) -> tuple[int, int]:
    counted = [(a, b) for a, b in zip(gold, predicted, strict=True) if a is not None]
    return sum(a == b for a, b in counted), len(counted)
