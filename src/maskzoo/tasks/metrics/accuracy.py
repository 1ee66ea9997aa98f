"""Share of examples whose label is right."""

from collections.abc import Sequence

from maskzoo.tasks.metrics.common.parts import parts
from maskzoo.tasks.significance import Sample, ratio

SEQUENCES = False
TITLE = "accuracy"
HUB = "accuracy"
BESIDE = ("macro_f1",)
CITATION = ""


def score(references: Sequence[str], predictions: Sequence[str]) -> dict[str, float]:
    """`{"accuracy"}` in 0..1; 0 when there is no example."""
    right = sum(a == b for a, b in zip(references, predictions, strict=True))
    return {"accuracy": right / len(references) if len(references) else 0.0}


def sample(references: Sequence[str], predictions: Sequence[Sequence[str]]) -> Sample:
    """The metric of several seeds, `predictions` (seeds, examples), for resampling."""
    return Sample(parts(references, predictions, lambda a, b: (a == b, 1)), ratio)
