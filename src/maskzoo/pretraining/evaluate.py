"""Validation loss under one frozen mask, the same for every model that shares the tokens.

Whether a token is hidden follows from its place in the validation file and nothing else (uniform 15 %, mask only), so
losses of runs with different policies and rates stand on the same ground. Which windows are looked at follows from
their length and number, so runs that are compared should have these in common.
"""

import math
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from maskzoo.models.common.heads import projection, transform
from maskzoo.models.common.last_layer import encode_at
from maskzoo.pretraining.world import World
from maskzoo.tokenization.windows import Batch, Targets, Windows

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
    world: World,
    at_once: int | None = None,
    tokens_per_byte: float | None = None,
    autocast: Callable[[], AbstractContextManager[Any]] = nullcontext,
    through: Callable[..., Any] | None = None,
) -> Validation:
    """Loss and accuracy over windows spread evenly over the validation split; dropout off, restored afterwards.

    Several processes take turns at the forward passes; their losses are put back in order and then summed, so that the
    same forward passes give the same bits however many processes there are.

    Args:
        model: a `...ForMaskedLM`.
        windows: the validation split.
        mask_id: what stands in hidden places.
        batches, batch_size: their product is how many windows at most.
        world: this process among the others, and where the model is.
        at_once: windows in one forward pass, where that is fewer than `batch_size`.
        tokens_per_byte: ordinary and special tokens of the split over bytes of its text.
        autocast: context for mixed precision.
        through: calls a function with the arguments behind it, in a place where all weights are at hand.
    """
    training = model.training
    model.eval()
    starts = windows.spread(batches * batch_size)
    size = at_once or batch_size
    passes = [starts[first : first + size] for first in range(0, len(starts), size)]
    # loss and hits of every pass, and how many positions were predicted, ordinary, and there at all
    told = torch.zeros((len(passes), 5), dtype=torch.float64, device=world.device)
    with torch.no_grad():
        for turn in range(world.rank, -(-len(passes) // world.size) * world.size, world.size):
            number = min(turn, len(passes) - 1)  # whose turn does not come goes through the last one for nothing
            batch = windows.at(passes[number])
            hidden = frozen_mask(batch.places, batch.special)
            shown = Targets(ids=np.where(hidden, mask_id, batch.ids), hidden=hidden, wanted=batch.ids)
            inputs = to_tensors(batch, shown, world.device)
            with autocast():
                seen = through(_losses, model, *inputs) if through is not None else _losses(model, *inputs)
            if turn == number:
                told[number, :2] = seen
                counted = [int(hidden.sum()), int((~batch.special).sum()), hidden.size]
                told[number, 2:] = torch.tensor(counted, dtype=torch.float64)
    model.train(training)
    total, right, predicted, ordinary, places = (sum(column) for column in world.sum(told).T.tolist())
    loss = total / max(1, predicted)
    spread = None if tokens_per_byte is None else loss / math.log(2) * tokens_per_byte * ordinary / places
    return Validation(loss=loss, accuracy=right / max(1, predicted), bits_per_byte=spread)


def _losses(
    model: Any,
    ids: torch.Tensor,
    positions: torch.Tensor,
    documents: torch.Tensor | None,
    hidden: torch.Tensor,
    labels: torch.Tensor,
) -> torch.Tensor:
    """Summed cross-entropy at the hidden positions and how many were right, (2,) in float64."""
    states = transform(model, encode_at(model, ids, positions, documents, hidden, len(labels)))
    weight, bias = projection(model)
    told = torch.zeros(2, dtype=torch.float64, device=ids.device)
    for piece, wanted in zip(torch.split(states, _ROWS), torch.split(labels, _ROWS), strict=True):
        logits = torch.nn.functional.linear(piece, weight, bias).float()
        told[0] += torch.nn.functional.cross_entropy(logits, wanted, reduction="sum")
        told[1] += (logits.argmax(-1) == wanted).sum()
    return told


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
