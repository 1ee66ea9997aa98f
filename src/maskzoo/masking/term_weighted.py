"""Retrieval-oriented masking: terms that tell a passage from others are hidden more often than those that all share.

Long et al. 2022, "Retrieval Oriented Masking Pre-training Language Model for Dense Passage Retrieval"
(https://arxiv.org/abs/2210.15133), the unsupervised weights: TF-IDF or BM25 within the passage. A passage is what a
window holds of a document; the pieces of a word take the weight of its rarest piece, for a word is at least as rare.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from maskzoo.masking.common.counts import InverseDocumentFrequency
from maskzoo.masking.common.draw import budget, numbered, weighted
from maskzoo.masking.common.table import Table
from maskzoo.masking.common.text import State, Text
from maskzoo.masking.common.words import Units

K1, B = 1.2, 0.75  # of BM25


class Settings(Units):
    """How terms are weighted within a passage."""

    weight: Literal["bm25", "tfidf"] = Field(default="bm25", description="of a term within its passage")
    importance: float = Field(
        default=0.8, ge=0, le=1, description="share of the odds that follow the weights; the rest is uniform"
    )


def tables(settings: Settings) -> tuple[Table, ...]:
    """Where words begin, and in how many documents an entry occurs."""
    return (settings.table, InverseDocumentFrequency())


def odds(text: Text, settings: Settings) -> NDArray[np.float64]:
    """Odds of every position within its row: importance * t / sum of t + (1 - importance) / n, 0 at special tokens."""
    ordinary = ~text.special
    times, lengths = _term_frequencies(text)
    if settings.weight == "bm25":
        mean = lengths[ordinary].mean() if ordinary.any() else 1.0
        times = times * (K1 + 1) / (times + K1 * (1 - B + B * lengths / mean))
    terms = np.where(text.special, 0.0, times * text.entries["idf"][text.ids])
    units = numbered(text.columns["words"], text.special, text.documents)
    highest = np.zeros((len(units), int(units.max(initial=-1)) + 2))
    rows = np.broadcast_to(np.arange(len(units))[:, None], units.shape)
    np.maximum.at(highest, (rows, units), terms)
    terms = np.where(text.special, 0.0, np.take_along_axis(highest, units, axis=1))
    totals, n = terms.sum(axis=1, keepdims=True), np.maximum(1, ordinary.sum(axis=1, keepdims=True))
    share = settings.importance * (totals > 0)
    mixed: NDArray[np.float64] = share * terms / np.where(totals > 0, totals, 1.0) + (1 - share) / n
    return np.where(text.special, 0.0, mixed)


def select(text: Text, *, rate: float, settings: Settings, rng: np.random.Generator, state: State) -> NDArray[np.bool_]:
    """Draw `floor(rate * n + U(0, 1))` of the n ordinary positions of every row by their odds, none twice.

    Returns:
        Booleans, (batch, length).
    """
    count = budget(text.special, rate, rng)
    chances = odds(text, settings)
    log_weights = np.log(chances, where=chances > 0, out=np.full(chances.shape, -np.inf))
    return weighted(log_weights, ~text.special, count, rng)


def _term_frequencies(text: Text) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How often each token stands in its passage, and how long that passage is, both (batch, length)."""
    rows = np.broadcast_to(np.arange(len(text.ids))[:, None], text.ids.shape)
    begins = np.ones(text.ids.shape, dtype=np.int64)
    begins[:, 1:] = text.documents[:, 1:] != text.documents[:, :-1]
    passage = np.cumsum(begins.ravel()) - 1  # a row always begins one
    key = passage * (int(text.ids.max(initial=0)) + 1) + text.ids.ravel()
    _, inverse, counts = np.unique(key, return_inverse=True, return_counts=True)
    lengths = np.bincount(passage, weights=(~text.special).ravel())
    return counts[inverse].reshape(rows.shape).astype(np.float64), np.maximum(1.0, lengths[passage]).reshape(rows.shape)
