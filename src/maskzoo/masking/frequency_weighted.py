"""Frequency-weighted masking: rare tokens are hidden more often, so that their embeddings get trained.

Zhang et al. 2023, "Weighted Sampling for Masked Language Modeling" (https://arxiv.org/abs/2302.14225), section 2:
a token of corpus count f is drawn with odds max(f, theta) ^ -alpha, without replacement.
"""

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from maskzoo.masking.common.counts import Counts
from maskzoo.masking.common.draw import budget, weighted
from maskzoo.masking.common.table import Table
from maskzoo.masking.common.text import State, Text
from maskzoo.strict import Strict


class Settings(Strict):
    """Odds of a token of corpus count f: max(f, theta) ^ -alpha."""

    alpha: float = Field(default=0.5, ge=0, description="how much rarity counts; 0: uniform")
    theta: float = Field(default=10.0, gt=0, description="rarer tokens count as this frequent")


def tables(settings: Settings) -> tuple[Table, ...]:
    """Occurrences of every entry."""
    return (Counts(),)


def select(text: Text, *, rate: float, settings: Settings, rng: np.random.Generator, state: State) -> NDArray[np.bool_]:
    """Draw `floor(rate * n + U(0, 1))` of the n ordinary positions of every row, none twice.

    Returns:
        Booleans, (batch, length).
    """
    count = budget(text.special, rate, rng)
    log_weights = -settings.alpha * np.log(np.maximum(text.entries["counts"], settings.theta))
    return weighted(log_weights[text.ids], ~text.special, count, rng)
