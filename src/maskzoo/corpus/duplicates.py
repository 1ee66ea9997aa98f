"""Exact duplicates: documents with the same words, whatever their case, punctuation and white space."""

import numpy as np
from numpy.typing import NDArray


def first_of_equals(digests: NDArray[np.uint64]) -> NDArray[np.int32]:
    """For each document the index of the first document with the same digest: itself unless it is a duplicate.

    Args:
        digests: `(documents, 2)`, the 128-bit digests in source order.

    Returns:
        `(documents,)` int32.
    """
    count = len(digests)
    order = np.lexsort((digests[:, 1], digests[:, 0]))  # stable: equal digests stay in source order
    leads = np.ones(count, dtype=bool)
    leads[1:] = (digests[order[1:], 0] != digests[order[:-1], 0]) | (digests[order[1:], 1] != digests[order[:-1], 1])
    first = np.empty(count, dtype=np.int32)
    lead_positions = np.maximum.accumulate(np.where(leads, np.arange(count), 0))
    first[order] = order[lead_positions]
    return first
