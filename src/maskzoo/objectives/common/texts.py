"""One text a window, with its start and end, for losses over what a whole text is turned into."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from maskzoo.errors import UserError
from maskzoo.tokenization.windows import Batch, Windows


class Texts:
    """Windows `[CLS] text [SEP]` over a split's documents; any batch of any step can be had at once.

    A document longer than a window is cut into pieces that are texts of their own; one of fewer than `least` tokens is
    left out. An epoch is all texts in an order that follows from (seed, epoch) alone.
    """

    def __init__(
        self, windows: Windows, *, cls_id: int | None, sep_id: int | None, pad_id: int, least: int = 4
    ) -> None:
        """
        Args:
            windows: of the split.
            cls_id, sep_id, pad_id: what stands before and behind a text.
            least: tokens of a text without its marks.

        Raises:
            UserError: the tokenizer lacks these, or no document is long enough.
        """
        if cls_id is None or sep_id is None:
            raise UserError("texts need a start and an end token, which the tokenizer lacks")
        self.windows, self.length = windows, windows.length
        self.marks = cls_id, sep_id, pad_id
        inner = self.length - 2
        begin, end = windows.offsets[:-1].copy(), windows.offsets[1:].copy()
        last = len(windows.tokens) - 1
        begin += np.isin(windows.tokens[np.minimum(begin, last)], windows.special_ids)  # a document has its own marks
        end -= np.isin(windows.tokens[np.maximum(end - 1, 0)], windows.special_ids)
        number = np.maximum(0, -(-(end - begin) // inner))
        owner = np.repeat(np.arange(len(begin)), number)
        within = np.arange(len(owner)) - np.repeat(np.cumsum(number) - number, number)
        start = begin[owner] + within * inner
        size = np.minimum(inner, end[owner] - start)
        self.start, self.size = start[size >= least], size[size >= least]
        if not len(self.start):
            raise UserError(f"no document has {least} tokens", expected="longer documents")

    def batch(self, *, seed: int, step: int, size: int) -> Batch:
        """The `size` texts of a step (from 0); goes on into the next epoch where this one ends."""
        epochs, places = np.divmod(np.arange(step * size, (step + 1) * size), len(self.start))
        chosen = np.empty(size, dtype=np.int64)
        for epoch in np.unique(epochs):
            here = epochs == epoch
            chosen[here] = _order(len(self.start), seed, int(epoch))[places[here]]
        return self.at(chosen)

    def near(self, places: NDArray[np.int64]) -> Batch:
        """The texts that begin nearest before places of the split, (rows,), or the first one."""
        return self.at(np.maximum(0, np.searchsorted(self.start, places, side="right") - 1))

    def at(self, numbers: NDArray[np.int64]) -> Batch:
        """The texts of these numbers.

        Padding is a document of its own and special; a mark stands at the place of the token beside it.
        """
        cls_id, sep_id, pad_id = self.marks
        column = np.arange(self.length)[None, :]
        start, size = self.start[numbers][:, None], self.size[numbers][:, None]
        inside = (column >= 1) & (column <= size)
        places = start + np.clip(column - 1, 0, size - 1)
        ids = np.where(inside, self.windows.tokens[places].astype(np.int64), pad_id)
        ids[:, 0] = cls_id
        np.put_along_axis(ids, size + 1, sep_id, axis=1)
        padding = column > size + 1
        return Batch(
            ids=ids,
            documents=padding.astype(np.int64),
            positions=np.broadcast_to(column, ids.shape).copy(),
            special=~inside | np.isin(ids, self.windows.special_ids),
            places=places,
        )


@lru_cache(maxsize=2)
def _order(texts: int, seed: int, epoch: int) -> NDArray[np.int64]:
    """Of an epoch; drawn once, not at every step: that of ten million texts takes as long as a step."""
    return np.random.default_rng((seed, epoch, 5)).permutation(texts)
