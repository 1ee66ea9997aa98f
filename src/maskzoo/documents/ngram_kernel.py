"""Which of many documents hold an n-gram of a table, by one compiled loop (numba) over their words."""

from typing import Any

import numpy as np
from numba import njit

from maskzoo.documents.word_kernel import mixed
from maskzoo.documents.words import MULTIPLIER

_MULTIPLIER = np.uint64(MULTIPLIER)


@njit(cache=True)
def mark(words: Any, ends: Any, size: Any, table: Any, values: Any, found: Any) -> None:
    """Set `found` of the documents that hold a run of `size` words whose hash is among `values`.

    Args:
        words: hashes of the words of all documents, one after the other, `(words,)`.
        ends: where each document ends, `(documents,)`.
        size: words in a run; 0: the whole document is the run.
        table: booleans, a power of two of them; what is in `values` is set at its low bits.
        values: hashes of runs as `ngrams` and `run` make them, ascending.
        found: `(documents,)` booleans.
    """
    mask = np.uint64(len(table) - 1)
    leaving = np.uint64(1)  # what the word that leaves a run was multiplied by
    for _ in range(size):
        leaving *= _MULTIPLIER
    start = 0
    for document in range(len(ends)):
        end = ends[document]
        value = np.uint64(0)
        for place in range(start, end):
            value = value * _MULTIPLIER + words[place]
            if size and place >= start + size:
                value -= words[place - size] * leaving
            complete = place >= start + size - 1 if size else place == end - 1
            if complete:
                hashed = mixed(value)
                if table[hashed & mask]:
                    at = np.searchsorted(values, hashed)
                    if at < len(values) and values[at] == hashed:
                        found[document] = True
                        break
        start = end
