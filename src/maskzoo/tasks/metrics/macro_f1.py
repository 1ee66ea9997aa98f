"""F1 of every class, averaged without weights: a rare class counts as much as a frequent one."""

from collections import Counter
from collections.abc import Sequence

from maskzoo.tasks.metrics.common.parts import numbered
from maskzoo.tasks.significance import Sample, label_parts, macro_f1

SEQUENCES = False
TITLE = "macro F1"
HUB = "f1"
BESIDE = ("accuracy",)
CITATION = ""


def score(references: Sequence[str], predictions: Sequence[str]) -> dict[str, float]:
    """`{"macro_f1"}` in 0..1, over the classes that occur in references or predictions; 0 when there is no example."""
    gold, predicted = Counter(references), Counter(predictions)
    right = Counter(a for a, b in zip(references, predictions, strict=True) if a == b)
    classes = sorted(gold.keys() | predicted.keys())
    # 2 precision recall / (precision + recall) in counts
    f1 = [2 * right[name] / (gold[name] + predicted[name]) for name in classes]
    return {"macro_f1": sum(f1) / len(f1) if f1 else 0.0}


def sample(references: Sequence[str], predictions: Sequence[Sequence[str]]) -> Sample:
    """The metric of several seeds, `predictions` (seeds, examples), for resampling."""
    guess, true, labels = numbered(references, predictions)
    return Sample(label_parts(true, guess, labels), macro_f1)
