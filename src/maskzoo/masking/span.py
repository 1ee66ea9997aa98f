"""Span masking: runs of whole words, their lengths drawn from a clipped geometric distribution.

Joshi et al. 2020, "SpanBERT" (https://arxiv.org/abs/1907.10529), section 3.1. Here every word is tried as a start
once, in random order, until the budget is used up; a span ends early at a document's end, at what is hidden already,
and where its next word would exceed the budget, so that the budget is reached wherever whole words can reach it.
"""

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from maskzoo.masking.common.draw import budget, numbered, sizes_of
from maskzoo.masking.common.table import Table
from maskzoo.masking.common.text import State, Text
from maskzoo.masking.common.words import Units

WHOLE = True


class Settings(Units):
    """Lengths of spans, in units."""

    success: float = Field(default=0.2, gt=0, lt=1, description="of the geometric distribution of lengths")
    longest: int = Field(default=10, ge=1, description="units in a span at most; longer draws count as this long")


def tables(settings: Settings) -> tuple[Table, ...]:
    """Where words begin."""
    return (settings.table,)


def lengths(settings: Settings, shape: tuple[int, ...], rng: np.random.Generator) -> NDArray[np.int64]:
    """Lengths of spans in units: geometric, clipped at the longest."""
    drawn: NDArray[np.int64] = np.minimum(rng.geometric(settings.success, size=shape), settings.longest)
    return drawn


def select(text: Text, *, rate: float, settings: Settings, rng: np.random.Generator, state: State) -> NDArray[np.bool_]:
    """Hide spans of whole words of `floor(rate * n + U(0, 1))` tokens at most.

    Returns:
        Booleans, (batch, length).
    """
    left = budget(text.special, rate, rng)
    units = numbered(text.columns["words"], text.special, text.documents)
    sizes = sizes_of(units)
    batch, most = sizes.shape
    if most == 0:
        return np.zeros(units.shape, dtype=bool)
    order = np.argsort(np.where(sizes > 0, rng.random(sizes.shape), np.inf), axis=1)
    wanted = lengths(settings, sizes.shape, rng)
    before = np.cumsum(sizes, axis=1) - sizes  # tokens of a row before a unit
    run = _runs(units, text)
    taken = np.zeros((batch, most), dtype=bool)
    rows, number = np.arange(batch), np.arange(most)[None, :]
    for turn in range(most):
        if not left.any():
            break
        first = order[:, turn]
        in_span = (number >= first[:, None]) & (number < (first + wanted[:, turn])[:, None])
        in_span &= (run == run[rows, first][:, None]) & (sizes > 0)
        in_span &= before + sizes - before[rows, first][:, None] <= left[:, None]
        # not beyond a unit that is hidden already
        in_span &= np.cumsum(taken & (number >= first[:, None]), axis=1) == 0
        taken |= in_span
        left = left - (sizes * in_span).sum(axis=1)
    padded = np.concatenate([taken, np.zeros((batch, 1), dtype=bool)], axis=1)  # -1 looks up the last
    return np.take_along_axis(padded, units, axis=1)


def _runs(units: NDArray[np.int64], text: Text) -> NDArray[np.int64]:
    """For every unit of a row a number that it shares with those it stands next to, (batch, units)."""
    batch = len(units)
    cuts = np.zeros(units.shape, dtype=np.int64)
    cuts[:, 1:] = text.special[:, 1:] | (text.documents[:, 1:] != text.documents[:, :-1])
    runs = np.zeros((batch, int(units.max(initial=-1)) + 2), dtype=np.int64)
    np.put_along_axis(runs, units, np.cumsum(cuts, axis=1), axis=1)  # all tokens of a unit write the same
    return runs[:, :-1]
