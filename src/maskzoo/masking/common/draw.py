"""Exact draws without replacement, for all rows of a batch at once."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def budget(special: NDArray[np.bool_], rate: float, rng: np.random.Generator) -> NDArray[np.int64]:
    """`floor(rate * n + U(0, 1))` for the n ordinary positions of every row, (batch,): exactly `rate * n` on average.

    Wettig et al. 2023, "Should You Mask 15% in Masked Language Modeling?" (https://arxiv.org/abs/2202.08005); the
    random rounding keeps short rows from losing their share.
    """
    batch, length = special.shape
    whole: NDArray[np.int64] = np.floor(rate * (length - special.sum(axis=1)) + rng.random(batch)).astype(np.int64)
    return whole


def lowest(keys: NDArray[np.float64], allowed: NDArray[np.bool_], count: NDArray[np.integer]) -> NDArray[np.bool_]:
    """The `count` (batch,) allowed positions of every row with the lowest keys, or all where there are fewer."""
    batch, length = keys.shape
    ranks = np.empty((batch, length), dtype=np.int64)
    order = np.argsort(np.where(allowed, keys, np.inf), axis=1)
    np.put_along_axis(ranks, order, np.arange(length)[None, :], axis=1)
    chosen: NDArray[np.bool_] = (ranks < count[:, None]) & allowed
    return chosen


def weighted(
    log_weights: NDArray[np.float64],
    allowed: NDArray[np.bool_],
    count: NDArray[np.integer],
    rng: np.random.Generator,
) -> NDArray[np.bool_]:
    """`count` (batch,) positions of every row, drawn one after the other with odds `exp(log_weights)`, none twice.

    By Gumbel noise and a sort, which is the same in law: Kool et al. 2019, "Stochastic Beams and Where to Find Them"
    (https://arxiv.org/abs/1903.06059), section 2. A weight of 0 (minus infinity) is never drawn.
    """
    keys = -(log_weights + rng.gumbel(size=log_weights.shape))
    return lowest(keys, allowed & np.isfinite(log_weights), count)


def numbered(opens: NDArray[Any], special: NDArray[np.bool_], documents: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number of the unit (word, n-gram, ...) of every token within its row, from 0; -1 at special tokens.

    Args:
        opens: where a unit begins, (batch, length). A row, a document and what follows a special token begin one, too.
    """
    begins = opens.astype(bool)
    begins[:, 0] = True
    begins[:, 1:] |= special[:, :-1] | (documents[:, 1:] != documents[:, :-1])
    begins &= ~special
    units = np.cumsum(begins, axis=1) - 1
    units[special] = -1
    return units


def sizes_of(units: NDArray[np.int64]) -> NDArray[np.int64]:
    """Tokens of every unit, (batch, units)."""
    batch = len(units)
    most = int(units.max(initial=-1)) + 1
    flat = (units + np.arange(batch)[:, None] * most)[units >= 0]
    return np.bincount(flat, minlength=batch * most).reshape(batch, most)


def whole_units(units: NDArray[np.int64], keys: NDArray[np.float64], count: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Whole units in the order of their keys, each where it still fits into the `count` (batch,) tokens of its row.

    Args:
        units: number of the unit of every token, -1 where nothing may be hidden, (batch, length).
        keys: (batch, units), lowest first; a unit with an infinite key is never taken.

    Returns:
        Booleans, (batch, length): what a loop over the units of a row, skipping those that are too long, would hide.
    """
    sizes = sizes_of(units)
    if sizes.shape[1] == 0:
        return np.zeros(units.shape, dtype=bool)
    order = np.argsort(keys, axis=1, kind="stable")
    sorted_sizes = np.take_along_axis(sizes, order, axis=1)
    left = count.astype(np.int64).copy()
    open_ = (sorted_sizes > 0) & np.isfinite(np.take_along_axis(keys, order, axis=1)) & (sorted_sizes <= left[:, None])
    taken = np.zeros_like(open_)
    while open_.any():
        # all up to the first that is too long for what is left; that one, and all as long, will not fit later either
        fits = open_ & (np.cumsum(sorted_sizes * open_, axis=1) <= left[:, None])
        taken |= fits
        left -= (sorted_sizes * fits).sum(axis=1)
        open_ &= ~fits & (sorted_sizes <= left[:, None])
    by_unit = np.zeros((len(units), sizes.shape[1] + 1), dtype=bool)  # one more: -1 looks up the last
    np.put_along_axis(by_unit, order, taken, axis=1)
    return np.take_along_axis(by_unit, units, axis=1)
