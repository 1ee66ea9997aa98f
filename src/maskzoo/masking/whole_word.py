"""Whole-word masking: all pieces of a word are hidden together.

Devlin et al., "BERT" (https://github.com/google-research/bert, readme of May 2019); Cui et al. 2021, "Pre-Training
with Whole Word Masking for Chinese BERT" (https://arxiv.org/abs/1906.08101), section 3.1. Words come in random order;
one that is too long for what is left of the budget is skipped.
"""

import numpy as np
from numpy.typing import NDArray

from maskzoo.masking.common.draw import budget, numbered, sizes_of, whole_units
from maskzoo.masking.common.table import Table
from maskzoo.masking.common.text import State, Text
from maskzoo.masking.common.words import Units as Settings

__all__ = ["WHOLE", "Settings", "select", "tables"]

WHOLE = True


def tables(settings: Settings) -> tuple[Table, ...]:
    """Where words begin."""
    return (settings.table,)


def select(text: Text, *, rate: float, settings: Settings, rng: np.random.Generator, state: State) -> NDArray[np.bool_]:
    """Hide whole words, in random order, of `floor(rate * n + U(0, 1))` tokens at most.

    Returns:
        Booleans, (batch, length).
    """
    count = budget(text.special, rate, rng)
    units = numbered(text.columns["words"], text.special, text.documents)
    return whole_units(units, rng.random(sizes_of(units).shape), count)
