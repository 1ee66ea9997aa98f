"""Uniform masking with an exact budget: every ordinary token is as likely to be hidden as any other.

Wettig et al. 2023, "Should You Mask 15% in Masked Language Modeling?" (https://arxiv.org/abs/2202.08005), section 2;
the rate is the reader's choice.
"""

import numpy as np
from numpy.typing import NDArray

from maskzoo.masking.common.draw import budget, lowest
from maskzoo.masking.common.text import State, Text
from maskzoo.strict import NoSettings as Settings

__all__ = ["Settings", "select"]


def select(text: Text, *, rate: float, settings: Settings, rng: np.random.Generator, state: State) -> NDArray[np.bool_]:
    """Hide `floor(rate * n + U(0, 1))` of the n ordinary positions of every row, without replacement.

    Returns:
        Booleans, (batch, length).
    """
    count = budget(text.special, rate, rng)
    return lowest(rng.random(text.ids.shape), ~text.special, count)
