"""Ranks of what was to be found: the common part of the metrics of retrieval."""

from collections.abc import Callable, Sequence

import numpy as np

from maskzoo.tasks.significance import Floats, Sample, ratio

Rows = Sequence[Sequence[float]]


def rank_sample(references: Rows, predictions: Sequence[Rows], gain: Callable[[Floats], Floats]) -> Sample:
    """The mean of a function of ranks.

    Args:
        references: (examples, 1): the best rank, 1.
        predictions: (seeds, examples, 1): the rank of the true target among all targets, from 1.
        gain: ranks (...) -> what they are worth (...).

    Raises:
        ValueError: references and predictions differ in length.
    """
    ranks = np.asarray(predictions, dtype=np.float64)[..., 0]
    if ranks.shape[1] != len(references):
        raise ValueError(f"{len(references)} references and {ranks.shape[1]} predictions differ in length")
    return Sample(np.stack([gain(ranks), np.ones_like(ranks)], axis=-1), ratio)


def within(rank: int) -> Callable[[Floats], Floats]:
    """1 for ranks up to `rank`, else 0."""
    return lambda ranks: (ranks <= rank).astype(np.float64)
