"""Time masking: some expressions of time are hidden whole, the others are left as they are.

Wang et al. 2023, "BiTimeBERT" (https://arxiv.org/abs/2204.13032), section 3.1, and its second version. Of the time
expressions of a row a share is chosen; each is hidden whole where the budget allows, those not chosen are never
hidden, and the rest of the budget goes to other tokens. Dates of day, month or year are found by rules for English,
with or without words that relate times ("before", "during"); another language needs a tagger.
"""

import re
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from maskzoo.masking.common.draw import budget, lowest, numbered, sizes_of, whole_units
from maskzoo.masking.common.spans import Spans
from maskzoo.masking.common.table import Corpus, Table
from maskzoo.masking.common.tagger import Span, Tagger, Tagging
from maskzoo.masking.common.text import State, Text
from maskzoo.strict import Strict

MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?)"
)
DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
YEAR = r"(?:1[5-9]\d\d|20\d\d)"
# a year alone only behind a word that says so: numbers of four digits are not all years
DATES = re.compile(
    rf"\b{DAY}\s+(?:of\s+)?{MONTH}(?:,?\s+{YEAR})?\b|\b{MONTH}\s+{DAY}(?:,?\s+{YEAR})?\b|\b{MONTH},?\s+{YEAR}\b"
    rf"|\b{YEAR}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?\b"
    rf"|(?<=\b[iI]n\s){YEAR}\b|(?<=\b[sS]ince\s){YEAR}\b|(?<=\bof\s){YEAR}\b|(?<=\b[bB]y\s){YEAR}\b|(?<=\(){YEAR}(?=\))"
)
SIGNALS = re.compile(
    r"\b(?:before|after|during|since|until|till|while|when|meanwhile|previously|subsequently|prior to|ago|afterwards"
    r"|earlier|later|once)\b",
    re.IGNORECASE,
)


class Times(Spans):
    """Spans of dates and of words that relate times, by rules for English."""

    KIND: ClassVar[str] = "spans"

    taggers: tuple[Tagger, ...] = ()
    signals: bool = True

    def taggings(self, corpus: Corpus) -> list[Tagging]:
        """The rules as a function."""
        return [lambda texts: expressions(texts, signals=self.signals)]


def expressions(texts: Sequence[str], *, signals: bool) -> list[list[Span]]:
    """Dates (`date`) and, where wanted, words that relate times (`signal`) of English texts."""
    found = [[(m.start(), m.end(), "date") for m in DATES.finditer(text)] for text in texts]
    for spans, text in zip(found, texts if signals else (), strict=False):
        spans += [(m.start(), m.end(), "signal") for m in SIGNALS.finditer(text)]
    return [sorted(spans) for spans in found]


class Settings(Strict):
    """Who finds expressions of time, and how many are hidden."""

    tagger: Tagger | None = Field(default=None, description="none: rules for English")
    signals: bool = Field(default=True, description="without a tagger: also words such as before and during")
    share: float = Field(default=0.3, ge=0, le=1, description="of the expressions of a row that are chosen")


def tables(settings: Settings) -> tuple[Table, ...]:
    """Expressions of time."""
    return (Spans(taggers=(settings.tagger,)) if settings.tagger is not None else Times(signals=settings.signals),)


def check(settings: Settings, recipe: Any, variant: str, where: str) -> None:
    """Refuse a tagger that the recipe does not have."""
    if settings.tagger is not None:
        settings.tagger.check(recipe, f"{where}.tagger")


def select(text: Text, *, rate: float, settings: Settings, rng: np.random.Generator, state: State) -> NDArray[np.bool_]:
    """Hide `floor(rate * n + U(0, 1))` tokens: first whole expressions of time, then tokens outside of any.

    Returns:
        Booleans, (batch, length).
    """
    count = budget(text.special, rate, rng)
    spans = text.columns["spans"]
    inside = (spans > 0) & ~text.special
    units = numbered((spans & 1).astype(bool) | ~inside, text.special, text.documents)
    sizes = sizes_of(np.where(inside, units, -1))
    keys = np.where(sizes > 0, rng.random(sizes.shape), np.inf)
    chosen = np.floor(settings.share * (sizes > 0).sum(axis=1) + rng.random(len(sizes)))
    rank = np.argsort(np.argsort(keys, axis=1), axis=1)
    keys = np.where(rank < chosen[:, None], keys, np.inf)
    hidden = whole_units(np.where(inside, units, -1), keys, count)
    left = count - hidden.sum(axis=1)
    return hidden | lowest(rng.random(spans.shape), ~text.special & ~inside, left)
