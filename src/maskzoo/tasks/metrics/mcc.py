"""Matthews correlation coefficient: 0 for chance, also where one class is rare; several classes by Gorodkin's R_K."""

from collections.abc import Sequence

import numpy as np

from maskzoo.tasks.metrics.common.parts import numbered
from maskzoo.tasks.significance import Floats, Sample, label_parts

TITLE = "MCC"
HUB = "matthews_correlation"
SEQUENCES = False
BESIDE = ("macro_f1", "accuracy", "roc_auc")
CITATION = (
    "Matthews 1975, Comparison of the predicted and observed secondary structure of T4 phage lysozyme; "
    "Gorodkin 2004, Comparing two K-category assignments by a K-category correlation coefficient"
)


def score(references: Sequence[str], predictions: Sequence[str]) -> dict[str, float]:
    """`{"mcc"}` in -1..1; 0 where references or predictions have one class alone."""
    if len(references) != len(predictions):
        raise ValueError(f"{len(references)} references and {len(predictions)} predictions differ in length")
    return {"mcc": float(sample(references, [predictions]).values[0])}


def sample(references: Sequence[str], predictions: Sequence[Sequence[str]]) -> Sample:
    """The metric of several seeds, `predictions` (seeds, examples), for resampling."""
    guess, true, labels = numbered(references, predictions)
    return Sample(label_parts(true, guess, labels), _correlation)


def _correlation(sums: Floats) -> Floats:
    """From hits, predictions and gold items of every label, (..., 3 * labels)."""
    hits, guessed, true = np.split(sums, 3, axis=-1)
    total = true.sum(axis=-1)
    shared = hits.sum(axis=-1) * total - (guessed * true).sum(axis=-1)
    spread = (total**2 - np.square(guessed).sum(axis=-1)) * (total**2 - np.square(true).sum(axis=-1))
    return np.asarray(np.divide(shared, np.sqrt(np.maximum(spread, 0)), out=np.zeros_like(shared), where=spread > 0))
