"""Area under the precision-recall curve as a step function, averaged over the labels that have both classes.

The mean of the precisions at the rank of every positive example. Unlike ROC-AUC it shows when rare positives drown.
"""

from typing import Any

import numpy as np

from maskzoo.tasks.metrics.common.ranked import Floats, RankedSample, Ties, Weighted, is_defined

TITLE = "average precision"
READS = "scores"
SEQUENCES = True
DTYPE = "float64"
BESIDE = ("roc_auc",)
CITATION = "Davis and Goadrich 2006, The relationship between Precision-Recall and ROC curves"


def defined(references: Any, predictions: Any) -> bool:
    """Whether some label has both classes."""
    return is_defined(references, predictions, _prepare)


def sample(references: Any, predictions: Any) -> RankedSample:
    """The metric of several seeds, `predictions` (seeds, examples, labels), for resampling.

    In 0..1; 0 where no label has both classes.

    Args:
        references: (examples, labels) of 0, 1 and NaN where unknown.
    """
    return RankedSample.of(references, predictions, _prepare, undefined=0.0)


def _prepare(gold: Floats, scores: Floats) -> Weighted:
    ties, positive = Ties(-scores), gold > 0.5

    def under(weights: Floats) -> Floats:
        hits = ties.sums(np.where(positive, weights, 0.0))
        found = np.cumsum(hits, axis=1)
        drawn = np.cumsum(ties.sums(weights), axis=1)
        precision = np.divide(found, drawn, out=np.zeros_like(found), where=drawn > 0)
        total = found[:, -1]
        both = (total > 0) & (drawn[:, -1] > total)
        gained = (hits * precision).sum(axis=1)
        return np.asarray(np.divide(gained, total, out=np.full(len(total), np.nan), where=both))

    return under
