"""What a step shows and asks of, as arrays, and a part of it as tensors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from maskzoo.masking.common.masker import Masked, Masker
from maskzoo.tokenization.windows import Batch, Targets


@dataclass(frozen=True)
class TrainingBatch:
    """A batch of one optimiser step, or some of its rows.

    Attributes:
        windows: the tokens as they stand in the text, arrays (rows, length).
        targets: what is shown and what is to be predicted, arrays (rows, length).
        extra: whatever else an objective wants to have with its rows, arrays (rows, ...).
        done: share of the run that was over before this step, 0 to 1.
        masked: what the masking policy drew, where it was asked.
        every_row: whether a row without a predicted position has a loss, too.
        of_rows, of_predicted: how many rows and predicted positions the whole batch has that these are of.
        counts: whatever else an objective counts in the whole batch, to weigh one loss against another.
    """

    windows: Batch
    targets: Targets
    extra: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    done: float = 0.0
    masked: Masked | None = None
    every_row: bool = False
    of_rows: int = 0
    of_predicted: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.of_rows:
            object.__setattr__(self, "of_rows", len(self.targets.ids))
            object.__setattr__(self, "of_predicted", int(self.targets.predicted.sum()))

    def rows(self, part: slice) -> "TrainingBatch":
        """Some of the rows; what is said of the whole batch stays."""
        return TrainingBatch(
            self.windows.rows(part),
            self.targets.rows(part),
            {name: array[part] for name, array in self.extra.items()},
            self.done,
            None,
            self.every_row,
            self.of_rows,
            self.of_predicted,
            self.counts,
        )

    @property
    def asked(self) -> NDArray[np.bool_]:
        """(rows, ...) booleans: a row of which none is true has no loss."""
        return np.ones((len(self.targets.ids), 1), dtype=bool) if self.every_row else self.targets.predicted

    def tensors(self, device: torch.device) -> "Inputs":
        """The same for an objective's forward pass."""
        single = bool((self.windows.documents == self.windows.documents[:, :1]).all())
        return Inputs(
            ids=_there(self.targets.ids, device),
            positions=_there(self.windows.positions, device),
            documents=None if single else _there(self.windows.documents, device),
            predicted=_there(self.targets.predicted, device),
            labels=_there(self.targets.labels[self.targets.predicted], device),
            extra={name: _there(array, device) for name, array in self.extra.items()},
            done=self.done,
            of_rows=self.of_rows,
            of_predicted=self.of_predicted,
            counts=self.counts,
        )


def masked_batch(
    windows: Batch,
    masker: Masker,
    *,
    seed: int,
    step: int,
    done: float = 0.0,
    extra: Mapping[str, NDArray[Any]] | None = None,
) -> TrainingBatch:
    """Windows in which the masking policy chooses what is predicted.

    Args:
        extra: arrays (windows, ...) that go with them; repeated with them, where they are shown with several masks.
    """
    masked = masker.draw(windows, seed=seed, step=step, done=done)
    copies = len(masked.ids) // len(windows.ids)
    return TrainingBatch(
        masked.batch,
        Targets(ids=masked.ids, predicted=masked.predicted, labels=masked.batch.ids),
        {name: np.repeat(array, copies, axis=0) for name, array in (extra or {}).items()},
        done,
        masked,
    )


@dataclass(frozen=True)
class Inputs:
    """A micro-batch as tensors.

    Attributes:
        ids: (rows, length) tokens as they are shown, after corruption.
        positions: (rows, length) counted from 0 in every document.
        documents: (rows, length) which document a token belongs to, or None where every row is one document and
            attention needs no mask.
        predicted: (rows, length) booleans, where something is to be predicted.
        labels: (predicted,) the ids wanted there, in row order.
        extra: the arrays of `TrainingBatch.extra`.
        done, of_rows, of_predicted, counts: as `TrainingBatch` has them.
    """

    ids: Tensor
    positions: Tensor
    documents: Tensor | None
    predicted: Tensor
    labels: Tensor
    extra: Mapping[str, Tensor] = field(default_factory=dict)
    done: float = 0.0
    of_rows: int = 0
    of_predicted: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.of_rows:  # a whole batch
            object.__setattr__(self, "of_rows", len(self.ids))
            object.__setattr__(self, "of_predicted", len(self.labels))


@dataclass(frozen=True)
class Loss:
    """What an objective's forward gives.

    Attributes:
        total: summed over the predicted positions; what is minimised is the sum over the whole batch divided by the
            number of its predicted positions, so that micro-batches and processes change nothing.
        figures: for the log, name -> sum and count, without gradients; the log has the quotient of their sums.
    """

    total: Tensor
    figures: Mapping[str, tuple[Tensor, Tensor | float]] = field(default_factory=dict)


def _there(array: NDArray[Any], device: torch.device) -> Tensor:
    tensor = torch.from_numpy(np.ascontiguousarray(array))
    if device.type != "cuda":
        return tensor.to(device)
    return tensor.pin_memory().to(device, non_blocking=True)  # or the copy waits until the GPU is done
