"""Share of examples whose label is right."""

from collections.abc import Sequence

SEQUENCES = False
CITATION = ""


def score(references: Sequence[str], predictions: Sequence[str]) -> dict[str, float]:
    """`{"accuracy"}` in 0..1; 0 when there is no example."""
    right = sum(a == b for a, b in zip(references, predictions, strict=True))
    return {"accuracy": right / len(references) if len(references) else 0.0}
