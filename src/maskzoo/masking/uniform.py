"""Uniform masking with an exact budget: every ordinary token is as likely to be hidden as any other.

Wettig et al. 2023, "Should You Mask 15% in Masked Language Modeling?" (https://arxiv.org/abs/2202.08005), section 2;
the rate is the reader's choice.
"""

import numpy as np
from numpy.typing import NDArray


def select(
    ids: NDArray[np.integer], *, special: NDArray[np.bool_], rate: float, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Hide `floor(rate * n + U(0, 1))` of the n ordinary positions of every row, without replacement.

    The random rounding makes the expected budget exactly `rate * n` however short a row is.

    Args:
        ids: tokens, (batch, length); only the shape is used.
        special: where nothing may be hidden, (batch, length).
        rate: share to hide.
        rng: source of chance.

    Returns:
        Booleans, (batch, length).
    """
    batch, length = ids.shape
    budget = np.floor(rate * (length - special.sum(axis=1)) + rng.random(batch)).astype(np.int64)
    keys = rng.random((batch, length))
    keys[special] = np.inf
    ranks = np.empty((batch, length), dtype=np.int64)
    np.put_along_axis(ranks, np.argsort(keys, axis=1), np.arange(length)[None, :], axis=1)
    hidden: NDArray[np.bool_] = (ranks < budget[:, None]) & ~special
    return hidden
