"""Share of words whose tag is right, over all words of all sentences."""

from collections.abc import Sequence

SEQUENCES = True
CITATION = ""


def score(references: Sequence[Sequence[str]], predictions: Sequence[Sequence[str]]) -> dict[str, float]:
    """`{"token_accuracy"}` in 0..1; 0 when there is no word."""
    right = words = 0
    for gold, predicted in zip(references, predictions, strict=True):
        right += sum(a == b for a, b in zip(gold, predicted, strict=True))
        words += len(gold)
    return {"token_accuracy": right / words if words else 0.0}
