"""Counting n-grams of tokens in bounded memory, scoring them, and cutting a text by the longest match."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from maskzoo.masking.common.table import Corpus

MOST = 4_000_000  # different n-grams counted at a time; beyond, the rarest are dropped


@dataclass(frozen=True)
class Lexicon:
    """N-grams by the number of their tokens.

    Attributes:
        keys: n -> sorted keys, see `keys_of`.
        examples: the bigrams with the highest scores, (bigrams, 2), the best first.
    """

    keys: dict[int, NDArray[np.uint64]]
    examples: NDArray[np.int64]


def keys_of(ids: NDArray[np.int64], n: int) -> NDArray[np.uint64]:
    """A number for every run of n tokens, (tokens - n + 1,): exact for pairs, a 64-bit hash for longer runs."""
    count = len(ids) - n + 1
    if count <= 0:
        return np.empty(0, dtype=np.uint64)
    key = ids[:count].astype(np.uint64)
    for place in range(1, n):
        following = ids[place : place + count].astype(np.uint64)
        if place > 1:  # splitmix64, Steele et al. 2014
            key = (key ^ (key >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            key = (key ^ (key >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            key ^= key >> np.uint64(31)
            key += following
        else:
            key = (key << np.uint64(32)) | following
    return key


def whole(ids: NDArray[np.int64], n: int, cuts: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which runs of n tokens have no cut (a special token, or the begin of a document) within, (tokens - n + 1,).

    Args:
        cuts: true at special tokens.
    """
    count = len(ids) - n + 1
    if count <= 0:
        return np.empty(0, dtype=bool)
    within = np.concatenate([[0], np.cumsum(cuts)])
    kept: NDArray[np.bool_] = within[n : n + count] == within[:count]
    return kept


class Counter:
    """Counts of 64-bit keys; where there are too many different ones, the rarest are dropped (lossy counting)."""

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self.keys, self.counts = np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64)

    def add(self, keys: NDArray[np.uint64]) -> None:
        """Count these."""
        new, counts = np.unique(keys, return_counts=True)
        merged, inverse = np.unique(np.concatenate([self.keys, new]), return_inverse=True)
        summed = np.bincount(inverse, weights=np.concatenate([self.counts, counts]), minlength=len(merged))
        self.keys, self.counts = merged, summed.astype(np.int64)
        if len(self.keys) > self.most:
            kept = np.sort(np.argpartition(-self.counts, self.most)[: self.most])
            self.keys, self.counts = self.keys[kept], self.counts[kept]

    def of(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Counts of these, 0 where one was never seen."""
        if len(self.keys) == 0:
            return np.zeros(len(keys), dtype=np.int64)
        place = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[place] == keys, self.counts[place], 0)


def build_lexicon(corpus: Corpus, *, keep: dict[int, int], least: int, score: Literal["pmi", "t"]) -> Lexicon:
    """The n-grams of a corpus with the highest scores.

    Args:
        keep: n -> how many.
        least: an n-gram seen less often is not kept.
        score: see `maskzoo.masking.pmi_ngram`.
    """
    singles = np.zeros(corpus.vocabulary, dtype=np.int64)
    counters = {n: Counter() for n in keep}
    for _, ids in corpus.pieces():
        special = np.isin(ids, corpus.special_ids)
        singles += np.bincount(ids[~special], minlength=len(singles))
        for n, counter in counters.items():
            counter.add(keys_of(ids, n)[whole(ids, n, special)])
    frequent = {n: counter.keys[counter.counts >= least] for n, counter in counters.items()}
    found: dict[int, dict[int, float]] = {n: {} for n in keep}
    shown: dict[int, NDArray[np.int64]] = {}
    for _, ids in corpus.pieces():
        special = np.isin(ids, corpus.special_ids)
        for n in keep:
            places = np.flatnonzero(whole(ids, n, special) & np.isin(keys_of(ids, n), frequent[n]))
            keys, first = np.unique(keys_of(ids, n)[places], return_index=True)
            new = np.array([int(key) not in found[n] for key in keys], dtype=bool)
            grams = ids[places[first[new]][:, None] + np.arange(n)[None, :]]
            values = scores_of(grams, singles, counters, score)
            found[n] |= dict(zip(map(int, keys[new]), map(float, values), strict=True))
            if n == 2:
                shown |= dict(zip(map(int, keys[new]), grams, strict=True))
    best = {n: sorted(scores, key=lambda key: (-scores[key], key))[: keep[n]] for n, scores in found.items()}
    positive = {n: [key for key in keys if found[n][key] > 0] for n, keys in best.items()}
    examples = np.array([shown[key] for key in positive.get(2, [])], dtype=np.int64).reshape(-1, 2)
    return Lexicon({n: np.sort(np.array(keys, dtype=np.uint64)) for n, keys in positive.items()}, examples)


def scores_of(
    grams: NDArray[np.int64], singles: NDArray[np.int64], counters: dict[int, Counter], score: Literal["pmi", "t"]
) -> NDArray[np.float64]:
    """Scores of n-grams, (grams,).

    pmi: log p(w) less the highest sum of log p over the segmentations of w into two or more parts (the least PMI over
    all of them). t: (p(w) - product of p of its tokens) / sqrt(p(w) (1 - p(w)) / N).

    Args:
        grams: tokens, (grams, n).
        singles: counts of tokens, (vocabulary,).
        counters: n -> counts of n-grams.
    """
    total = float(singles.sum())
    n = grams.shape[1]

    def log_p(first: int, last: int) -> NDArray[np.float64]:
        """Of the part [first, last) of every gram."""
        if last - first == 1:
            counts = singles[grams[:, first]]
        else:
            part = np.ascontiguousarray(grams[:, first:last])
            counts = counters[last - first].of(_keys_of_rows(part))
        return np.log(np.maximum(counts, 1) / total)

    own = log_p(0, n)
    if score == "t":
        alone = np.exp(sum(log_p(place, place + 1) for place in range(n)))
        p = np.exp(own)
        return np.asarray((p - alone) / np.sqrt(p * (1 - p) / total))
    # best[i]: the highest sum of log p over segmentations of the first i tokens; the whole gram is no part of itself
    best: list[NDArray[np.float64]] = [np.zeros(len(grams))]
    for last in range(1, n + 1):
        options = [best[first] + log_p(first, last) for first in range(last) if (first, last) != (0, n)]
        best.append(np.max(options, axis=0))
    return np.asarray(own - best[n])


def _keys_of_rows(grams: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Keys of n-grams that stand one under the other, (grams,)."""
    count, n = grams.shape
    flat = grams.ravel()
    return keys_of(flat, n)[::n] if count else np.empty(0, dtype=np.uint64)


def longest_matches(
    ids: NDArray[np.int64], begins: NDArray[np.bool_], lexicon: Lexicon, special_ids: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Where units begin when a text is cut from the left by the longest n-gram of the lexicon, (tokens,).

    Args:
        begins: where documents begin.
    """
    special = np.isin(ids, special_ids)
    cuts = special.copy()
    length = np.ones(len(ids), dtype=np.int64)
    for n, keys in sorted(lexicon.keys.items()):
        if len(keys):
            fits = whole(ids, n, cuts) & _undivided(begins, n)
            length[: len(fits)][fits & np.isin(keys_of(ids, n), keys)] = n
    opens = np.zeros(len(ids), dtype=bool)
    steps, place, units = length.tolist(), 0, []
    while place < len(steps):
        units.append(place)
        place += steps[place]
    opens[units] = True
    return opens


def _undivided(begins: NDArray[np.bool_], n: int) -> NDArray[np.bool_]:
    """Which runs of n tokens have no document beginning behind their first, (tokens - n + 1,)."""
    count = max(0, len(begins) - n + 1)
    before = np.concatenate([[0], np.cumsum(begins)])
    undivided: NDArray[np.bool_] = before[n : n + count] == before[1 : 1 + count]
    return undivided
