"""Training data addressed by number: any batch of any step can be had at once, without running what came before it."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskzoo.errors import UserError


@dataclass(frozen=True)
class Batch:
    """Windows of tokens, all arrays (batch, length).

    `documents` tells tokens of different documents apart (equal numbers in a row: same document);
    `positions` count from 0 at the start of each document, or of the window where the document began before it;
    `places` are where the tokens stand in the split.
    """

    ids: NDArray[np.int64]
    documents: NDArray[np.int64]
    positions: NDArray[np.int64]
    special: NDArray[np.bool_]
    places: NDArray[np.int64]

    def rows(self, part: slice) -> "Batch":
        """Some of the windows."""
        return self._each(lambda array: array[part])

    def repeated(self, copies: int) -> "Batch":
        """Every window so many times, the copies next to each other."""
        return self._each(lambda array: np.repeat(array, copies, axis=0))

    def _each(self, change: Callable[[NDArray[Any]], NDArray[Any]]) -> "Batch":
        return Batch(*(change(getattr(self, one.name)) for one in fields(self)))


@dataclass(frozen=True)
class Targets:
    """What a step shows and asks of a batch, all arrays (batch, length).

    `ids` are shown to the model, `predicted` says where something is to be predicted, and `labels` which id: looked at
    only where `predicted` is true.
    """

    ids: NDArray[np.int64]
    predicted: NDArray[np.bool_]
    labels: NDArray[np.int64]

    def rows(self, part: slice) -> "Targets":
        """The same of some windows."""
        return Targets(self.ids[part], self.predicted[part], self.labels[part])


def micro_batches(predicted: NDArray[np.bool_], *, rank: int, processes: int, rows: int) -> list[slice]:
    """The rows of a step's batch that one process goes through, in its micro-batches.

    Equal parts of the batch belong to the processes in order of their number. A micro-batch is left out where there is
    nothing to predict in that of any process, so that all of them go through the model equally often.

    Args:
        predicted: positions of the whole batch that are predicted, (batch, length).
        rank, processes: which of how many this process is; their number divides the batch.
        rows: in a micro-batch.
    """
    each = len(predicted) // processes
    asked: NDArray[np.bool_] = np.any(predicted.reshape(processes, each, -1), axis=(0, 2))
    return [
        slice(rank * each + first, rank * each + min(first + rows, each))
        for first in range(0, each, rows)
        if asked[first : first + rows].any()
    ]


class Windows:
    """Windows of equal length over one split's flat tokens.

    An epoch is all windows in an order that follows from (seed, epoch) alone. Windows do not overlap; what is left over
    is less than one window, and where it lies changes with the epoch, so that no token is left out for ever.
    """

    def __init__(
        self,
        tokens: NDArray[np.integer],
        offsets: NDArray[np.integer],
        *,
        special_ids: list[int],
        length: int,
    ) -> None:
        """
        Args:
            tokens: ids of all documents on end, (tokens,); a memory map stays one.
            offsets: where each document starts, and the total at the end, (documents + 1,).
            special_ids: the tokenizer's own tokens.
            length: tokens in a window; shorter where the whole split is.
        """
        if len(tokens) == 0:
            raise UserError("no tokens in this split", expected="at least one document")
        self.tokens = tokens
        self.offsets = offsets.astype(np.int64)  # compared with int64 below; numpy would go by way of floats
        self.special_ids = np.asarray(sorted(special_ids), dtype=np.int64)
        self.length = min(length, len(tokens))
        self.count = len(tokens) // self.length
        self._slack = len(tokens) - self.count * self.length

    def batch(self, *, seed: int, step: int, size: int) -> Batch:
        """The `size` windows of a step (from 0); goes on into the next epoch where this one ends."""
        number = np.arange(step * size, (step + 1) * size)
        epochs, places = np.divmod(number, self.count)
        starts = np.empty(size, dtype=np.int64)
        for epoch in np.unique(epochs):
            here = epochs == epoch
            order, shift = _epoch(self.count, self._slack, seed, int(epoch))
            starts[here] = order[places[here]] * self.length + shift
        return self.at(starts)

    def spread(self, number: int) -> NDArray[np.int64]:
        """Starts of at most `number` windows, evenly spread over the split, (windows,)."""
        chosen = np.unique(np.linspace(0, self.count - 1, num=min(number, self.count)).round().astype(np.int64))
        return chosen * self.length

    def at(self, starts: NDArray[np.int64]) -> Batch:
        """The windows that begin at the given tokens."""
        where = starts[:, None] + np.arange(self.length)[None, :]
        ids = self.tokens[where].astype(np.int64)
        documents = np.searchsorted(self.offsets, where, side="right") - 1
        begins = np.maximum(self.offsets[documents], starts[:, None])
        return Batch(
            ids=ids,
            documents=documents,
            positions=where - begins,
            special=np.isin(ids, self.special_ids),
            places=where,
        )


@dataclass(frozen=True)
class Data:
    """The two splits of a run and what must be known of their tokenizer."""

    train: Windows
    validation: Windows
    mask_id: int
    ordinary: NDArray[np.int64]
    tokens_per_byte: float | None = None
    cls_id: int | None = None
    sep_id: int | None = None
    pad_id: int = 0


@lru_cache(maxsize=2)
def _epoch(count: int, slack: int, seed: int, epoch: int) -> tuple[NDArray[np.int64], int]:
    rng = np.random.default_rng((seed, epoch, 0))
    return rng.permutation(count), int(rng.integers(slack + 1))
