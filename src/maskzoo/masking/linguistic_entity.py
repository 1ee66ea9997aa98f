"""Linguistic entity masking: only nouns, verbs and names may be hidden, and of each of them one token only.

Fernando and Ranathunga 2025, "Linguistic Entity Masking to Improve Cross-Lingual Representation"
(https://arxiv.org/abs/2501.05700). Spans in random order, of each a random token, until the budget is reached or the
spans run out; what is then missing is not filled up unless asked for.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from maskzoo.masking.common.draw import budget, lowest, numbered
from maskzoo.masking.common.spans import Spans
from maskzoo.masking.common.table import Table
from maskzoo.masking.common.tagger import Tagger
from maskzoo.masking.common.text import State, Text
from maskzoo.strict import Strict


class Settings(Strict):
    """Who finds the spans, and which may be hidden."""

    taggers: tuple[Tagger, ...] = Field(
        min_length=1, description="where two of their spans overlap, the earlier tagger's stays (names before nouns)"
    )
    kinds: tuple[str, ...] = Field(default=(), description="of spans, as the taggers call them; none: all")
    fill: bool = Field(default=False, description="hide other tokens, too, where spans do not reach the budget")


def tables(settings: Settings) -> tuple[Table, ...]:
    """Spans of the kinds that may be hidden."""
    return (Spans(taggers=settings.taggers, kinds=settings.kinds),)


def check(settings: Settings, recipe: Any, variant: str, where: str) -> None:
    """Refuse taggers that the recipe does not have."""
    for number, tagger in enumerate(settings.taggers):
        tagger.check(recipe, f"{where}.taggers.{number}")


def select(text: Text, *, rate: float, settings: Settings, rng: np.random.Generator, state: State) -> NDArray[np.bool_]:
    """Hide one token of `floor(rate * n + U(0, 1))` spans of every row, or of all where there are fewer.

    Returns:
        Booleans, (batch, length).
    """
    count = budget(text.special, rate, rng)
    spans = text.columns["spans"]
    inside = (spans > 0) & ~text.special
    units = numbered((spans & 1).astype(bool) | ~inside, text.special, text.documents)
    keys = np.where(inside, rng.random(spans.shape), np.inf)
    rows = np.broadcast_to(np.arange(len(units))[:, None], units.shape)
    first = np.full((len(units), int(units.max(initial=-1)) + 2), np.inf)
    np.minimum.at(first, (rows, units), keys)
    chosen = inside & (keys == np.take_along_axis(first, units, axis=1))  # a random token of every span
    turn = np.take_along_axis(rng.random(first.shape), units, axis=1)
    hidden = lowest(turn, chosen, count)
    if settings.fill:
        hidden |= lowest(rng.random(spans.shape), ~text.special & ~inside, count - hidden.sum(axis=1))
    return hidden
