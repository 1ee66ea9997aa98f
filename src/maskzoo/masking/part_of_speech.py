"""Masking by part of speech: words of those kinds are hidden more often that the model predicts worst at present.

Yang et al. 2023, "Learning Better Masking for Better Language Model Pre-training" (https://arxiv.org/abs/2208.10806),
section 3.2. Per tag a moving average of the loss is kept; a word is accepted with the sigmoid of twice its tag's
standard score, in one pass over the words in random order, so that short sequences may fall short of the budget. A tag
that was never a target is accepted half of the time. The time-variant rate of the same paper is `masking.schedule`.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from maskzoo.masking.common.draw import budget, numbered, sizes_of, whole_units
from maskzoo.masking.common.spans import MOST_KINDS, Spans
from maskzoo.masking.common.table import Table
from maskzoo.masking.common.tagger import Tagger
from maskzoo.masking.common.text import Outcome, State, Text
from maskzoo.masking.common.words import Units

WHOLE = True
TAGS = MOST_KINDS + 1  # and none


class Settings(Units):
    """Who tags the words, and how fast the losses of tags are forgotten."""

    tagger: Tagger
    momentum: float = Field(default=0.999, ge=0, lt=1, description="share of a tag's old loss in its new one")


def tables(settings: Settings) -> tuple[Table, ...]:
    """Where words begin, and their tags."""
    return (settings.table, Spans(taggers=(settings.tagger,)))


def check(settings: Settings, recipe: Any, variant: str, where: str) -> None:
    """Refuse a tagger that the recipe does not have."""
    settings.tagger.check(recipe, f"{where}.tagger")


def start(settings: Settings, vocabulary: int) -> State:
    """No tag was a target yet."""
    return {"loss": np.zeros(TAGS), "seen": np.zeros(TAGS, dtype=np.bool_)}


def acceptance(state: State) -> NDArray[np.float64]:
    """Chance of a word of every tag to be accepted, (tags,)."""
    loss, seen = state["loss"], state["seen"]
    if not seen.any():
        return np.full(TAGS, 0.5)
    deviation = max(float(loss[seen].std()), 1e-4)
    score = np.where(seen, (loss - loss[seen].mean()) / deviation, 0.0)
    chances: NDArray[np.float64] = 1 / (1 + np.exp(-2 * score))
    return chances


def select(text: Text, *, rate: float, settings: Settings, rng: np.random.Generator, state: State) -> NDArray[np.bool_]:
    """Hide whole words that are accepted, of `floor(rate * n + U(0, 1))` tokens at most.

    Returns:
        Booleans, (batch, length).
    """
    count = budget(text.special, rate, rng)
    units = numbered(text.columns["words"], text.special, text.documents)
    sizes = sizes_of(units)
    tags = np.zeros((len(units), sizes.shape[1] + 1), dtype=np.int64)
    rows = np.broadcast_to(np.arange(len(units))[:, None], units.shape)
    np.maximum.at(tags, (rows, units), text.columns["spans"] >> 1)
    accepted = rng.random(sizes.shape) < acceptance(state)[tags[:, :-1]]
    return whole_units(units, np.where(accepted, rng.random(sizes.shape), np.inf), count)


def learn(state: State, outcome: Outcome, *, settings: Settings, rate: float) -> State:
    """Move the loss of every tag that was a target towards its mean in this step."""
    tags = (outcome.columns["spans"] >> 1).astype(np.int64)
    times = np.bincount(tags, minlength=TAGS)
    means = np.bincount(tags, weights=outcome.losses, minlength=TAGS) / np.maximum(times, 1)
    moved = settings.momentum * state["loss"] + (1 - settings.momentum) * means
    return {"loss": np.where(times > 0, moved, state["loss"]), "seen": state["seen"] | (times > 0)}
