"""Pairs of segments in one window: the second goes on from the first, belongs to a linked document, or to any other.

Yasunaga, Leskovec and Liang 2022, "LinkBERT" (https://arxiv.org/abs/2203.15827), section 3: a third each. Without
hyperlinks or citations documents are linked to the five nearest by TF-IDF, as the paper does for text without links
(section 3.1); targets are drawn in inverse proportion to how many documents link to them, so that none dominates.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskzoo.errors import UserError
from maskzoo.tokenization.windows import Batch, Windows

NEXT, LINKED, RANDOM = range(3)
NEIGHBOURS = 5
_BLOCK = 512  # documents compared with all others at once
_ATTEMPTS = 50


class Pairs:
    """Windows `[CLS] A [SEP] B [SEP]` over a split's documents; any batch of any step can be had at once."""

    def __init__(self, windows: Windows, *, cls_id: int, sep_id: int, pad_id: int) -> None:
        """
        Args:
            windows: of the split.
            cls_id, sep_id, pad_id: what stands before, between and behind segments.

        Raises:
            UserError: no document is long enough for two segments, or there are too few of them.
        """
        self.windows, self.length = windows, windows.length
        self.marks = cls_id, sep_id, pad_id
        self.segment = (self.length - 3) // 2
        begin, end = windows.offsets[:-1].copy(), windows.offsets[1:].copy()
        special = np.isin(windows.tokens[np.minimum(begin, len(windows.tokens) - 1)], windows.special_ids)
        begin += special  # a document begins and ends with a mark of its own
        end -= np.isin(windows.tokens[np.maximum(end - 1, 0)], windows.special_ids)
        self.end = end
        number = np.maximum(0, -(-(end - begin) // self.segment))
        self.owner = np.repeat(np.arange(len(begin)), number)
        within = np.arange(len(self.owner)) - np.repeat(np.cumsum(number) - number, number)
        self.start = begin[self.owner] + within * self.segment
        self.goes_on = np.flatnonzero(self.start + self.segment < end[self.owner])
        self.first, self.number = np.cumsum(number) - number, number
        if not len(self.goes_on):
            raise UserError(
                f"no document has two segments of {self.segment} tokens",
                where="training.sequence_length",
                expected="a shorter length for pairs of segments",
            )
        self.near = neighbours(windows, NEIGHBOURS)
        links = np.bincount(self.near[self.near >= 0], minlength=len(begin))
        self._weight = np.where(self.near >= 0, 1.0 / np.maximum(1, links[np.maximum(self.near, 0)]), 0.0)
        if not (self._weight.sum(axis=1) > 0).any():
            raise UserError("no two documents of the corpus share a token", expected="documents to be linked")
        self._linkable = np.flatnonzero((self._weight.sum(axis=1) > 0)[self.owner])

    def batch(self, *, seed: int, step: int, size: int) -> tuple[Batch, NDArray[np.int64]]:
        """The `size` pairs of a step, which follow from (seed, step) alone, and what B is to A, (size,)."""
        rng = np.random.default_rng((seed, step, 4))
        relation = rng.integers(3, size=size)
        first = rng.integers(len(self.owner), size=size)
        first = np.where(relation == NEXT, self.goes_on[rng.integers(len(self.goes_on), size=size)], first)
        first = np.where(relation == LINKED, self._linkable[rng.integers(len(self._linkable), size=size)], first)
        second = first + 1
        linked, other = relation == LINKED, relation == RANDOM
        second[linked] = self._some_segment(self._linked(self.owner[first[linked]], rng), rng)
        second[other] = self._some_segment(self._unrelated(self.owner[first[other]], rng), rng)
        return self._written(first, second), relation

    def _some_segment(self, documents: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
        within = (rng.random(len(documents)) * self.number[documents]).astype(np.int64)
        chosen: NDArray[np.int64] = self.first[documents] + within
        return chosen

    def _linked(self, documents: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
        """A document that each of these links to."""
        chance = self._weight[documents].cumsum(axis=1)
        place = (chance < rng.random(len(documents))[:, None] * chance[:, -1:]).sum(axis=1)
        found: NDArray[np.int64] = self.near[documents, np.minimum(place, self.near.shape[1] - 1)]
        return found

    def _unrelated(self, documents: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
        """A document that each of these neither is nor links to."""
        having = np.flatnonzero(self.number)
        found = having[rng.integers(len(having), size=len(documents))]
        for _ in range(_ATTEMPTS):
            wrong = (found == documents) | (self.near[documents] == found[:, None]).any(axis=1)
            if not wrong.any():
                return found
            found[wrong] = having[rng.integers(len(having), size=int(wrong.sum()))]
        raise UserError("hardly any two documents are unrelated", expected=f"a corpus of more than {NEIGHBOURS + 1}")

    def _written(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> Batch:
        cls_id, sep_id, pad_id = self.marks
        ids = np.full((len(first), self.length), pad_id, dtype=np.int64)
        documents = np.full(ids.shape, 1, dtype=np.int64)  # padding sees itself alone
        places = np.zeros(ids.shape, dtype=np.int64)
        for row, pair in enumerate(zip(first, second, strict=True)):
            one, other = (
                self.windows.tokens[self.start[s] : min(self.start[s] + self.segment, self.end[self.owner[s]])]
                for s in pair
            )
            text = np.concatenate([[cls_id], one, [sep_id], other, [sep_id]])
            ids[row, : len(text)], documents[row, : len(text)] = text, 0
            places[row, 1 : 1 + len(one)] = self.start[pair[0]] + np.arange(len(one))
            places[row, 2 + len(one) : len(text) - 1] = self.start[pair[1]] + np.arange(len(other))
        positions = np.broadcast_to(np.arange(self.length), ids.shape).copy()
        special = np.isin(ids, self.windows.special_ids) | (documents == 1)
        return Batch(ids=ids, documents=documents, positions=positions, special=special, places=places)


def neighbours(windows: Windows, number: int) -> NDArray[np.int64]:
    """The nearest documents of every document by the cosine of TF-IDF over tokens, (documents, number); -1 for none.

    tf = 1 + log count, idf = log(documents / documents with the token); what shares no telling token is no neighbour.
    """
    from scipy.sparse import csr_matrix

    lengths = np.diff(windows.offsets)
    documents = len(lengths)
    tokens = np.asarray(windows.tokens, dtype=np.int64)
    counts: Any = csr_matrix(
        (np.ones(len(tokens)), (np.repeat(np.arange(documents), lengths), tokens)),
        shape=(documents, int(tokens.max()) + 1),
    )
    counts.sum_duplicates()
    having = np.bincount(counts.indices, minlength=counts.shape[1])
    idf = np.log(documents / np.maximum(1, having))
    idf[windows.special_ids[windows.special_ids < len(idf)]] = 0
    counts.data = (1 + np.log(counts.data)) * idf[counts.indices]
    norms = np.sqrt(np.asarray(counts.multiply(counts).sum(axis=1)).ravel())
    counts = counts.multiply(1 / np.maximum(norms, 1e-12)[:, None]).tocsr()
    width = min(number, documents - 1)
    found = np.full((documents, number), -1, dtype=np.int64)
    for start in range(0, documents, _BLOCK):
        alike = (counts[start : start + _BLOCK] @ counts.T).toarray()
        rows = np.arange(len(alike))
        alike[rows, start + rows] = 0
        # in order of likeness, and of their place among equals, so that the result is always the same
        nearest = np.argsort(-alike, axis=1, kind="stable")[:, :width]
        found[start : start + _BLOCK, :width] = np.where(alike[rows[:, None], nearest] > 1e-9, nearest, -1)
    return found
