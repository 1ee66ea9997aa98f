"""Adaptive masking: tokens that the model already predicts are hidden less, the others more, within the same budget.

"Mask and You Shall Receive", BabyLM 2025 (AMLM). Every `refresh` steps a table of rates by vocabulary entry moves
towards 1 - accuracy of the entry (hard) or towards its mean loss (soft); its mean over the vocabulary stays the rate.
"""

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from maskzoo.masking.common.text import Outcome, State, Text
from maskzoo.strict import Strict

KEPT = 0.2  # share of the old table in a refreshed one
LOWEST = 0.005


class Settings(Strict):
    """How the rates of vocabulary entries follow the model."""

    refresh: int = Field(default=200, ge=1, description="steps between two refreshes of the table")
    soft: bool = Field(default=False, description="by the mean loss at [MASK] instead of by accuracy")


def start(settings: Settings, vocabulary: int) -> State:
    """Nothing was predicted yet; all rates are the same."""
    counters = {"right": np.zeros(vocabulary), "wrong": np.zeros(vocabulary)}
    if settings.soft:
        counters = {"loss": np.full(vocabulary, np.log(vocabulary)), "times": np.ones(vocabulary)}
    return {"rates": np.ones(vocabulary), "steps": np.zeros(1, dtype=np.int64), **counters}


def select(text: Text, *, rate: float, settings: Settings, rng: np.random.Generator, state: State) -> NDArray[np.bool_]:
    """Hide every ordinary position by itself, with chance rate * n * w(x) / sum of w over the n of its row.

    Returns:
        Booleans, (batch, length); `rate * n` of a row on average, where no chance would exceed 1.
    """
    weights = np.where(text.special, 0.0, state["rates"][text.ids])
    totals = weights.sum(axis=1, keepdims=True)
    ordinary = (~text.special).sum(axis=1, keepdims=True)
    chances = rate * ordinary * weights / np.where(totals > 0, totals, 1.0)
    hidden: NDArray[np.bool_] = rng.random(text.ids.shape) < chances
    return hidden


def learn(state: State, outcome: Outcome, *, settings: Settings, rate: float) -> State:
    """Count what was right and wrong (or add up losses); after `refresh` steps make a new table and count afresh.

    The table holds rates as multiples of the masking rate, so that they can be used whatever the rate is at present.
    """
    size = outcome.vocabulary
    state = dict(state)
    state["steps"] = state["steps"] + 1
    if settings.soft:
        at = outcome.ids[outcome.masked]
        state["loss"] = state["loss"] + np.bincount(at, weights=outcome.losses[outcome.masked], minlength=size)
        state["times"] = state["times"] + np.bincount(at, minlength=size)
    else:
        state["right"] = state["right"] + np.bincount(outcome.ids[outcome.right], minlength=size)
        state["wrong"] = state["wrong"] + np.bincount(outcome.ids[~outcome.right], minlength=size)
    if state["steps"][0] % settings.refresh:
        return state
    if settings.soft:
        means = state["loss"] / state["times"] / np.log(size)
        low, high = means.min(), means.max()
        wanted = (means - low) / (high - low) if high > low else np.ones(size)
    else:
        wanted = 1 - (state["right"] + 0.5) / (state["right"] + state["wrong"] + 1)
    rates = np.maximum(KEPT * state["rates"] + (1 - KEPT) * wanted, LOWEST / rate if rate > 0 else 0.0)
    return {**start(settings, size), "rates": rates / rates.mean(), "steps": state["steps"]}
