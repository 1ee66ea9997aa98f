"""Informative masking: tokens that tell most about the rest of the text are hidden more often.

Sadeq et al. 2022, "InforMask" (https://arxiv.org/abs/2210.11771), section 3. Of `candidates` uniform masks of a window
the one whose tokens have the largest pointwise mutual information with the visible ones is kept; how often an entry of
the vocabulary is in a kept mask becomes its masking rate. Done once over a sample of windows; in training every
position is hidden by itself with the rate of its token.
"""

from collections.abc import Iterable
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from maskzoo.masking.common.cooccurrence import pmi, presence
from maskzoo.masking.common.draw import budget, lowest, weighted
from maskzoo.masking.common.table import Corpus, Table
from maskzoo.masking.common.text import State, Text
from maskzoo.strict import Strict

RATE = 0.15  # of the candidates; other rates scale the table


class Informativeness(Table):
    """The share of its occurrences at which an entry is in the most informative of some uniform masks."""

    KIND: ClassVar[str] = "informativeness"
    PER: ClassVar[Literal["token", "entry"]] = "entry"

    candidates: int = 30
    window: int = 128
    sample: int = 4000
    least: int = 3
    prior: float = 10.0

    def make(self, corpus: Corpus, notes: dict[str, Any]) -> Iterable[NDArray[np.float64]]:
        """All entries in one piece; 0.15 on average over the sample, and for an entry never seen there."""
        windows = self._sample(corpus)
        present = presence(windows, corpus.vocabulary, corpus.special_ids)
        scores = pmi(present, least=self.least)
        rng = np.random.default_rng(0)
        hidden = np.full(corpus.vocabulary, self.prior * RATE)
        seen = np.full(corpus.vocabulary, self.prior)
        gained = 0.0
        for ids in windows:
            ordinary = ids[~np.isin(ids, corpus.special_ids)]
            if len(ordinary) < 2:
                continue
            relevance, masks = candidates_of(scores, ordinary, self.candidates, rng)
            best = int(np.argmax(relevance))
            gained += float(relevance[best] - relevance.mean())
            seen += np.bincount(ordinary, minlength=len(seen))
            hidden += np.bincount(ordinary[masks[best]], minlength=len(seen))
        rates = hidden / seen
        rates[corpus.special_ids] = 0.0
        notes |= {"windows": len(windows), "pairs": int(scores.nnz), "relevance_gained": gained / max(1, len(windows))}
        yield rates

    def _sample(self, corpus: Corpus) -> NDArray[np.int64]:
        """Windows spread evenly over the train split, (windows, window)."""
        length = min(self.window, len(corpus.ids))
        count = len(corpus.ids) // length
        chosen = np.unique(np.linspace(0, count - 1, num=min(count, self.sample)).round().astype(np.int64))
        places = chosen[:, None] * length + np.arange(length)[None, :]
        windows: NDArray[np.int64] = corpus.ids[places].astype(np.int64)
        return windows


def candidates_of(
    scores: Any, ids: NDArray[np.int64], count: int, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Uniform masks of a text and their informative relevance: the sum of PMI between hidden and visible tokens.

    Args:
        scores: PMI, sparse, (vocabulary, vocabulary).
        ids: ordinary tokens, (length,).
        count: how many masks.

    Returns:
        Relevance (count,) and masks (count, length).
    """
    between = scores[ids][:, ids].toarray().astype(np.float64)
    size = np.full(count, int(RATE * len(ids) + rng.random()))  # the same for all, or the shorter would win or lose
    masks = lowest(rng.random((count, len(ids))), np.ones((count, len(ids)), dtype=bool), size)
    relevance = ((masks @ between) * ~masks).sum(axis=1)
    return relevance, masks


class Settings(Strict):
    """The sample that rates are made from, and how they are used."""

    fixed_budget: bool = Field(
        default=False, description="draw the rate's share of every row by the table's odds, instead of token by token"
    )
    candidates: int = Field(default=30, ge=2, description="uniform masks that the best is chosen from")
    window: int = Field(default=128, ge=8, description="tokens that count as standing together")
    sample: int = Field(default=4000, ge=1, description="windows that are looked at")
    min_count: int = Field(default=3, ge=1, description="windows that a pair must share to count")


def tables(settings: Settings) -> tuple[Table, ...]:
    """Rates of all entries."""
    return (
        Informativeness(
            candidates=settings.candidates, window=settings.window, sample=settings.sample, least=settings.min_count
        ),
    )


def select(text: Text, *, rate: float, settings: Settings, rng: np.random.Generator, state: State) -> NDArray[np.bool_]:
    """Hide every ordinary position with its token's rate, times `rate` / 0.15; or draw a fixed budget by these odds.

    Returns:
        Booleans, (batch, length).
    """
    rates = text.entries["informativeness"][text.ids]
    if settings.fixed_budget:
        log_weights = np.log(rates, where=rates > 0, out=np.full(rates.shape, -np.inf))
        return weighted(log_weights, ~text.special, budget(text.special, rate, rng), rng)
    hidden: NDArray[np.bool_] = (rng.random(text.ids.shape) < rates * rate / RATE) & ~text.special
    return hidden
