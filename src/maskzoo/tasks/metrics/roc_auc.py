"""Area under the ROC curve, averaged over the labels that have both classes; unknown labels are skipped.

For one label an example with several classes each class is held against the rest (macro-averaged, one-vs-rest); with
two classes that is the usual area.
"""

from typing import Any

import numpy as np

from maskzoo.tasks.metrics.common.ranked import Floats, RankedSample, Ties, Weighted, is_defined

TITLE = "ROC-AUC"
HUB = "roc_auc"
READS = "scores"
SEQUENCES = True
DTYPE = "float64"
BESIDE = ("average_precision", "label_f1", "macro_f1", "accuracy", "mcc")
CITATION = "Fawcett 2006, An introduction to ROC analysis"
CHANCE = 0.5


def defined(references: Any, predictions: Any) -> bool:
    """Whether some label has both classes."""
    return is_defined(references, predictions, _prepare)


def sample(references: Any, predictions: Any) -> RankedSample:
    """The metric of several seeds, `predictions` (seeds, examples, labels), for resampling.

    In 0..1; one half where no label has both classes.

    Args:
        references: (examples, labels) of 0, 1 and NaN where unknown.
    """
    return RankedSample.of(references, predictions, _prepare, undefined=CHANCE)


def _prepare(gold: Floats, scores: Floats) -> Weighted:
    ties, positive = Ties(scores), gold > 0.5

    def under(weights: Floats) -> Floats:
        hits = ties.sums(np.where(positive, weights, 0.0))
        misses = ties.sums(np.where(positive, 0.0, weights))
        below = np.cumsum(misses, axis=1) - misses / 2  # negatives ranked below, equal ones by half
        pairs = hits.sum(axis=1) * misses.sum(axis=1)
        won = (hits * below).sum(axis=1)
        return np.asarray(np.divide(won, pairs, out=np.full(len(pairs), np.nan), where=pairs > 0))

    return under
