"""Validation loss under one frozen mask, the same for every model that shares the tokens.

Whether a token is masked follows from its place in the validation file and nothing else (uniform 15 %, mask only), so
losses of runs with different policies and rates stand on the same ground. Which windows are looked at follows from
their length and number, so runs that are compared should have these in common.
"""

import math
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from maskzoo.errors import UserError
from maskzoo.models.common.last_layer import encode_at
from maskzoo.models.common.probabilities import loss_and_hits
from maskzoo.objectives.common.batch import Inputs, TrainingBatch
from maskzoo.objectives.common.objective import Objective
from maskzoo.pretraining.world import World
from maskzoo.tokenization.windows import Batch, Targets, Windows

RATE = 0.15


@dataclass(frozen=True)
class Validation:
    """Nats per masked token, share of them that were right, the loss spread over the text's bytes, other figures."""

    loss: float
    accuracy: float
    bits_per_byte: float | None
    own: Mapping[str, float] = field(default_factory=dict)


def frozen_mask(places: NDArray[np.integer], special: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which places of the validation file are masked: a hash of the place below 15 %, never a special token."""
    value = places.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)  # splitmix64, Steele et al. 2014
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    value = value ^ (value >> np.uint64(31))
    return (value < np.uint64(int(RATE * 2**64))) & ~special


def frozen(batch: Batch, *, mask_id: int) -> Targets:
    """Windows of the validation split under the frozen mask."""
    masked = frozen_mask(batch.places, batch.special)
    return Targets(ids=np.where(masked, mask_id, batch.ids), predicted=masked, labels=batch.ids)


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
    objective: Objective | None = None,
    autocast: Callable[[], AbstractContextManager[Any]] = nullcontext,
    through: Callable[..., Any] | None = None,
) -> Validation:
    """Loss and accuracy over windows spread evenly over the validation split; dropout off, restored afterwards.

    Several processes take turns at the forward passes; their losses are put back in order and then summed, so that the
    same forward passes give the same bits however many processes there are.

    Args:
        model: a `...ForMaskedLM`.
        windows: the validation split.
        mask_id: what stands in masked places.
        batches, batch_size: their product is how many windows at most.
        world: this process among the others, and where the model is.
        at_once: windows in one forward pass, where that is fewer than `batch_size`.
        tokens_per_byte: ordinary and special tokens of the split over bytes of its text.
        objective: one whose own figures are measured on the same windows.
        autocast: context for mixed precision.
        through: calls a function with the arguments behind it, in a place where all weights are at hand.
    """
    through = through or _directly
    evaluated = [module for module in (model, objective) if module is not None]
    training = [module.training for module in evaluated]
    for module in evaluated:
        module.eval()
    starts = windows.spread(batches * batch_size)
    size = at_once or batch_size
    passes = [starts[first : first + size] for first in range(0, len(starts), size)]
    # loss and hits of every pass, and how many positions were predicted, ordinary, and there at all
    counted = torch.zeros((len(passes), 5), dtype=torch.float64, device=world.device)
    own = _OwnFigures(len(passes), world)
    with torch.no_grad():
        for turn in range(world.rank, -(-len(passes) // world.size) * world.size, world.size):
            number = min(turn, len(passes) - 1)  # whose turn does not come goes through the last one for nothing
            batch = windows.at(passes[number])
            targets = frozen(batch, mask_id=mask_id)
            with autocast():
                seen = through(_losses, model, TrainingBatch(batch, targets).tensors(world.device))
            if turn == number:
                counted[number, :2] = seen
                numbers = [int(targets.predicted.sum()), int((~batch.special).sum()), batch.ids.size]
                counted[number, 2:] = torch.tensor(numbers, dtype=torch.float64)
            asked = (
                objective.validation(batch, mask=partial(frozen, mask_id=mask_id)) if objective is not None else None
            )
            if objective is not None and asked is not None:
                with autocast():
                    torch.manual_seed(number)
                    figures = through(objective, asked.tensors(world.device)).figures
                own.add(number, figures, counts=turn == number)
    for module, before in zip(evaluated, training, strict=True):
        module.train(before)
    total, right, predicted, ordinary, places = (sum(column) for column in world.sum(counted).T.tolist())
    if not predicted:
        raise UserError(
            f"the frozen mask hides none of the {int(ordinary)} tokens of the validation split that are looked at",
            where="corpus.split.validation",
            expected="some hundred tokens to measure a loss on",
        )
    loss = total / predicted
    spread = None if tokens_per_byte is None else loss / math.log(2) * tokens_per_byte * ordinary / places
    return Validation(loss=loss, accuracy=right / predicted, bits_per_byte=spread, own=own.means())


class _OwnFigures:
    """Sums and counts of an objective's figures for every forward pass, put in order before they are summed."""

    def __init__(self, passes: int, world: World) -> None:
        self.passes, self.world = passes, world
        self.names: list[str] = []
        self.seen: torch.Tensor | None = None

    def add(
        self, number: int, figures: Mapping[str, tuple[torch.Tensor, torch.Tensor | float]], *, counts: bool
    ) -> None:
        """Those of a pass; `counts` is false where another process counts it."""
        if self.seen is None:
            self.names = list(figures)
            shape = (self.passes, len(self.names), 2)
            self.seen = torch.zeros(shape, dtype=torch.float64, device=self.world.device)
        for place, name in enumerate(self.names if counts else ()):
            self.seen[number, place, 0] = figures[name][0]
            self.seen[number, place, 1] = figures[name][1]

    def means(self) -> dict[str, float]:
        """Of every figure, over all passes of all processes."""
        if self.seen is None:
            return {}
        sums = self.world.sum(self.seen).cpu().numpy().sum(axis=0)
        return {name: float(total / max(1.0, count)) for name, (total, count) in zip(self.names, sums, strict=True)}


def _directly(work: Callable[..., Any], *arguments: Any) -> Any:
    return work(*arguments)


def _losses(model: Any, inputs: Inputs) -> torch.Tensor:
    """Summed cross-entropy at the masked positions and how many were right, (2,) in float64."""
    labels = inputs.labels
    states = encode_at(model, inputs.ids, inputs.positions, inputs.documents, inputs.predicted, len(labels))
    return loss_and_hits(model, states, labels)
