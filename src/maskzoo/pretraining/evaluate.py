"""Validation loss under one frozen mask, the same for every model that shares the tokens.

Whether a token is hidden follows from its place in the validation file and nothing else (uniform 15 %, mask only), so
losses of runs with different policies and rates stand on the same ground. Which windows are looked at follows from
their length and number, so runs that are compared should have these in common.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from maskzoo.pretraining.data import Batch, Targets, Windows
from maskzoo.pretraining.heads import projection, transform
from maskzoo.pretraining.last_layer import encode_at

RATE = 0.15
_ROWS = 256


@dataclass(frozen=True)
class Validation:
    """Nats per hidden token, share of them that were right, and the loss spread over the text's bytes."""

    loss: float
    accuracy: float
    bits_per_byte: float | None


def frozen_mask(places: NDArray[np.integer], special: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which places of the validation file are hidden: a hash of the place below 15 %, never a special token."""
    value = places.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)  # splitmix64, Steele et al. 2014
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    value = value ^ (value >> np.uint64(31))
    return (value < np.uint64(int(RATE * 2**64))) & ~special


def validate(
    model: Any,
    windows: Windows,
    *,
    mask_id: int,
    batches: int,
    batch_size: int,
    device: torch.device,
    at_once: int | None = None,
    tokens_per_byte: float | None = None,
    autocast: Callable[[], torch.autocast] | None = None,
) -> Validation:
    """Loss and accuracy over windows spread evenly over the validation split; dropout off, restored afterwards.

    Args:
        model: a `...ForMaskedLM`.
        windows: the validation split.
        mask_id: what stands in hidden places.
        batches, batch_size: their product is how many windows at most.
        device: where the model is.
        at_once: windows in one forward pass, where that is fewer than `batch_size`.
        tokens_per_byte: ordinary and special tokens of the split over bytes of its text.
        autocast: context for mixed precision.
    """
    training = model.training
    model.eval()
    starts = windows.spread(batches * batch_size)
    size = at_once or batch_size
    total = torch.zeros((), dtype=torch.float64, device=device)
    right = torch.zeros((), dtype=torch.int64, device=device)
    predicted, ordinary, seen = 0, 0, 0
    with torch.no_grad():
        for first in range(0, len(starts), size):
            chosen = starts[first : first + size]
            batch = windows.at(chosen)
            hidden = frozen_mask(chosen[:, None] + np.arange(windows.length)[None, :], batch.special)
            with autocast() if autocast else torch.autocast(device.type, enabled=False):
                shown = Targets(ids=np.where(hidden, mask_id, batch.ids), hidden=hidden, wanted=batch.ids)
                inputs = to_tensors(batch, shown, device)
                states = transform(model, encode_at(model, *inputs[:4], len(inputs[4])))
                weight, bias = projection(model)
                for piece, labels in zip(torch.split(states, _ROWS), torch.split(inputs[4], _ROWS), strict=True):
                    logits = torch.nn.functional.linear(piece, weight, bias).float()
                    total += torch.nn.functional.cross_entropy(logits, labels, reduction="sum")
                    right += (logits.argmax(-1) == labels).sum()
            predicted += int(hidden.sum())
            ordinary += int((~batch.special).sum())
            seen += hidden.size
    model.train(training)
    loss = float(total) / max(1, predicted)
    spread = None if tokens_per_byte is None else loss / math.log(2) * tokens_per_byte * ordinary / seen
    return Validation(loss=loss, accuracy=int(right) / max(1, predicted), bits_per_byte=spread)


def to_tensors(
    batch: Batch, targets: Targets, device: torch.device
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor | None, torch.Tensor, torch.Tensor]:
    """What an objective's forward takes: ids, positions, documents, hidden, labels.

    Where every row is one document, `documents` is None and attention needs no mask.
    """

    def there(array: NDArray[Any]) -> torch.Tensor:
        tensor = torch.from_numpy(array)
        if device.type != "cuda":
            return tensor.to(device)
        return tensor.pin_memory().to(device, non_blocking=True)  # or the copy waits until the GPU is done

    single = bool((batch.documents == batch.documents[:, :1]).all())
    return (
        there(targets.ids),
        there(batch.positions),
        None if single else there(batch.documents),
        there(targets.hidden),
        there(targets.wanted[targets.hidden]),
    )
