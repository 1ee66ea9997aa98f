"""All mentions together: a token that is hidden is hidden wherever its document says it again, so it cannot be copied.

An idea of this project, without a paper: names and terms recur within a text, and under uniform masking most of them
can be read off another mention. A token with more than `most` mentions in the window, as function words have, is hidden
one mention at a time.
"""

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from maskzoo.masking.common.draw import budget, sizes_of, whole_units
from maskzoo.masking.common.text import State, Text
from maskzoo.strict import Strict

WHOLE = True


class Settings(Strict):
    """Which tokens are hidden with all their mentions."""

    most: int = Field(default=3, ge=1, description="mentions in a document's part of a window; beyond, one at a time")


def mentions(text: Text, most: int) -> NDArray[np.int64]:
    """For every token the column of the first mention that it goes with, -1 at special tokens, (batch, length)."""
    length = text.ids.shape[1]
    begins = np.ones(text.ids.shape, dtype=np.int64)
    begins[:, 1:] = text.documents[:, 1:] != text.documents[:, :-1]
    passage = np.cumsum(begins.ravel()) - 1  # a row always begins one
    key = passage * (int(text.ids.max(initial=0)) + 1) + text.ids.ravel()
    _, first, group, counts = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
    own = np.arange(len(key))
    column: NDArray[np.int64] = np.where(counts[group] <= most, first[group], own) % length
    units = column.reshape(text.ids.shape)
    units[text.special] = -1
    return units


def select(text: Text, *, rate: float, settings: Settings, rng: np.random.Generator, state: State) -> NDArray[np.bool_]:
    """Hide tokens with all their mentions, in random order, of `floor(rate * n + U(0, 1))` tokens at most.

    Returns:
        Booleans, (batch, length).
    """
    count = budget(text.special, rate, rng)
    units = mentions(text, settings.most)
    return whole_units(units, rng.random(sizes_of(units).shape), count)
