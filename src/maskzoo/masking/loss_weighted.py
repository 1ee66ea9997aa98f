"""Loss-weighted masking: what the model predicts badly at present is hidden more often.

Zhang et al. 2023, "Weighted Sampling for Masked Language Modeling" (https://arxiv.org/abs/2302.14225), section 2,
dynamic weighting: after every step an entry of the vocabulary that was a target has odds exp(L / tau), L its mean loss
in that step. An entry that was never a target counts as predicted at random, with a loss of log |V|; losses are clipped
before the exponential, else one entry takes all odds.
"""

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from maskzoo.masking.common.draw import budget, weighted
from maskzoo.masking.common.text import Outcome, State, Text
from maskzoo.strict import Strict


class Settings(Strict):
    """Odds of a token whose entry had a mean loss of L: exp(min(L, clip) / tau)."""

    tau: float = Field(default=0.2, gt=0, description="temperature: the smaller, the more the loss counts")
    clip: float = Field(default=10.0, gt=0, description="nats that a loss counts at most")


def start(settings: Settings, vocabulary: int) -> State:
    """No entry was a target yet."""
    return {"loss": np.full(vocabulary, min(np.log(vocabulary), settings.clip))}


def select(text: Text, *, rate: float, settings: Settings, rng: np.random.Generator, state: State) -> NDArray[np.bool_]:
    """Draw `floor(rate * n + U(0, 1))` of the n ordinary positions of every row, none twice.

    Returns:
        Booleans, (batch, length).
    """
    count = budget(text.special, rate, rng)
    return weighted(state["loss"][text.ids] / settings.tau, ~text.special, count, rng)


def learn(state: State, outcome: Outcome, *, settings: Settings, rate: float) -> State:
    """Take the mean loss of every entry that was a target; the others keep theirs."""
    times = np.bincount(outcome.ids, minlength=outcome.vocabulary)
    sums = np.bincount(outcome.ids, weights=outcome.losses, minlength=outcome.vocabulary)
    means = np.minimum(sums / np.maximum(times, 1), settings.clip)
    return {"loss": np.where(times > 0, means, state["loss"])}
