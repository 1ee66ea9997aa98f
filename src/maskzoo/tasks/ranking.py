"""Queries against a pool of targets: which come first, and where the true one stands."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskzoo.tasks.predictions import Predictions

BLOCK = 512  # queries compared at once


@dataclass(frozen=True)
class Pool:
    """The distinct targets of a split, in an order by hash that breaks ties and favours nobody.

    Attributes:
        texts: (targets,); true: (queries,) the place of each query's target in `texts`.
        names: (targets,) the id of the first example that has the target.
    """

    texts: list[str]
    names: list[str]
    true: NDArray[np.int64]

    @classmethod
    def of(cls, ids: Sequence[str], pairs: Sequence[str]) -> "Pool":
        """The pool of a split.

        Args:
            ids, pairs: (queries,) ids of the examples and their targets.
        """
        first: dict[str, str] = {}
        for name, text in zip(ids, pairs, strict=True):
            first.setdefault(text, name)
        texts = sorted(first, key=lambda text: hashlib.sha256(text.encode()).digest())
        place = {text: number for number, text in enumerate(texts)}
        return cls(texts, [first[text] for text in texts], np.array([place[text] for text in pairs], dtype=np.int64))


def ranked(pool: Pool, likeness: Callable[[slice], Any]) -> Predictions:
    """For every query the name of the target that comes first, and the rank of the true one from 1.

    Args:
        likeness: a slice of the queries -> (queries, targets), larger is nearer. Among equals the earlier in the pool
            comes first.
    """
    ranks: list[int] = []
    best: list[str] = []
    for start in range(0, len(pool.true), BLOCK):
        part = slice(start, start + BLOCK)
        scores = np.asarray(likeness(part), dtype=np.float64)
        true = pool.true[part]
        own = scores[np.arange(len(true)), true][:, None]
        before = np.arange(scores.shape[1])[None, :] < true[:, None]
        ranks += (1 + (scores > own).sum(axis=1) + ((scores == own) & before).sum(axis=1)).tolist()
        best += [pool.names[place] for place in scores.argmax(axis=1)]
    return Predictions(best, scores=[[float(rank)] for rank in ranks])
