"""Spearman's rank correlation, averaged over the targets; missing values and bounds are skipped.

Equal values share their mean rank. A target whose values (or whose predictions) are all equal has no order: constant
predictions score 0, as does a task in which no target has one.
"""

from typing import Any

import numpy as np

from maskzoo.tasks.metrics.common.ranked import Floats, RankedSample, Ties, Weighted, is_defined

TITLE = "Spearman"
HUB = "spearmanr"
SEQUENCES = True
DTYPE = "float64"
BESIDE = ("rmse", "mae", "r2")
CITATION = "Spearman 1904, The proof and measurement of association between two things"


def defined(references: Any, predictions: Any) -> bool:
    """Whether some target has two different values."""
    return is_defined(references, predictions, _prepare)


def sample(references: Any, predictions: Any) -> RankedSample:
    """The metric of several seeds, `predictions` (seeds, examples, targets), for resampling.

    In -1..1.

    Args:
        references: (examples, targets), NaN where missing.
    """
    return RankedSample.of(references, predictions, _prepare, undefined=0.0)


def _prepare(gold: Floats, predicted: Floats) -> Weighted:
    true, guess = Ties(gold), Ties(predicted)

    def under(weights: Floats) -> Floats:
        first, second = _ranks(true, weights), _ranks(guess, weights)
        total = weights.sum(axis=1, keepdims=True)
        middle = (total + 1) / 2  # the mean rank
        first -= middle
        second -= middle
        weighted = weights * first
        spread = (weighted * first).sum(axis=1)
        other = (weights * second**2).sum(axis=1)
        both = spread * other
        shared = (weighted * second).sum(axis=1)
        found = np.divide(shared, np.sqrt(both), out=np.zeros(len(weights)), where=both > 0)
        return np.where(spread > 0, found, np.nan)

    return under


def _ranks(ties: Ties, weights: Floats) -> Floats:
    """Mean ranks among the resampled examples, (resamples, examples)."""
    sums = ties.sums(weights)
    ranks = np.cumsum(sums, axis=1) - (sums - 1) / 2
    return np.asarray(ranks[:, ties.group])
