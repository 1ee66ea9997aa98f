"""Metrics of numbers that are functions of sums over examples, target by target."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskzoo.tasks.metrics.common.ranked import as_columns
from maskzoo.tasks.significance import Sample

Floats = NDArray[np.float64]
# gold and predicted values, arrays of one shape -> what each cell adds to every sum, arrays of that shape
Parts = Callable[[Floats, Floats], tuple[Floats, ...]]
# sums (..., targets, parts), the last part being how many cells counted -> (..., targets), NaN where not defined
Finish = Callable[[Floats], Floats]


def error_sample(gold: Any, predicted: Any, parts: Parts, finish: Finish, *, undefined: float = np.nan) -> Sample:
    """A metric's sample: the mean of `finish` over the targets in which it is defined, `undefined` where it is in none.

    An error of 0 is the best that there is, so that nothing undefined may become one: neither targets without a value,
    nor answers that are no numbers, which make the value NaN.

    Args:
        gold: (examples, targets), NaN where missing: such cells add nothing.
        predicted: (seeds, examples, targets).
        undefined: NaN, or the worst value of a metric that has one.

    Raises:
        ValueError: the shapes differ.
    """
    true = as_columns(gold)
    guess = np.stack([as_columns(rows) for rows in predicted])
    if guess.shape[1:] != true.shape:
        raise ValueError(f"references {true.shape} and predictions {guess.shape[1:]} differ in length")
    known = ~np.isnan(true)
    filled = np.broadcast_to(np.where(known, true, 0.0), guess.shape)
    broken = known & ~np.isfinite(guess)
    cells = np.stack([*parts(filled, np.where(known, guess, 0.0)), np.ones_like(guess)], axis=-1) * known[..., None]
    cells[broken] = np.nan
    targets, width = cells.shape[-2:]

    def statistic(sums: Floats) -> Floats:
        values = finish(sums.reshape(*sums.shape[:-1], targets, width))
        defined = ~np.isnan(values)
        total = np.where(defined, values, 0.0).sum(axis=-1)
        found = np.where(defined.any(axis=-1), total / np.maximum(defined.sum(axis=-1), 1), undefined)
        return np.where(np.isnan(sums).any(axis=-1), np.nan, found)

    return Sample(cells.reshape(*cells.shape[:2], -1), statistic)


def has_value(references: Any, predictions: Any) -> bool:
    """Whether there is a value to be held against."""
    return not bool(np.isnan(references).all())


def means(sums: Floats) -> Floats:
    """First part over the count, NaN where nothing counted."""
    total, count = sums[..., 0], sums[..., -1]
    return np.divide(total, count, out=np.full_like(total, np.nan), where=count > 0)
