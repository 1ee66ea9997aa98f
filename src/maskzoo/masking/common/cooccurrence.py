"""Pointwise mutual information of vocabulary entries that stand in the same window of a corpus."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

ROWS = 512  # of the matrix of co-occurrences made at a time


def presence(windows: NDArray[np.int64], vocabulary: int, left_out: NDArray[np.int64]) -> Any:
    """Sparse 0/1 matrix (windows, vocabulary): does an entry stand in a window.

    Args:
        windows: tokens, (windows, length).
        left_out: entries that do not count.
    """
    from scipy.sparse import csr_matrix

    row = np.repeat(np.arange(len(windows)), windows.shape[1])
    pairs = np.unique(row * vocabulary + windows.ravel())
    pairs = pairs[~np.isin(pairs % vocabulary, left_out)]
    ones = np.ones(len(pairs), dtype=np.float32)
    return csr_matrix((ones, (pairs // vocabulary, pairs % vocabulary)), shape=(len(windows), vocabulary))


def pmi(present: Any, *, least: int) -> Any:
    """Sparse matrix (vocabulary, vocabulary) of log(p(a, b) / (p(a) p(b))), probabilities over windows.

    Pairs that stand together in fewer than `least` windows, and an entry with itself, are 0. Made a few rows at a time,
    so that rare pairs never lie in memory all at once.
    """
    from scipy.sparse import csr_matrix, vstack

    windows, vocabulary = present.shape
    alone = np.asarray(present.sum(axis=0)).ravel()
    columns = present.tocsc()
    parts = []
    for first in range(0, vocabulary, ROWS):
        together = (columns[:, first : first + ROWS].T @ present).tocoo()
        a, b, n = together.row + first, together.col, together.data
        kept = (n >= least) & (a != b)
        a, b, n = a[kept], b[kept], n[kept]
        value = np.log(n * windows / (alone[a] * alone[b]))
        rows = min(ROWS, vocabulary - first)
        parts.append(csr_matrix((value.astype(np.float32), (a - first, b)), shape=(rows, vocabulary)))
    return vstack(parts, format="csr")
