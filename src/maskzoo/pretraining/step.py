"""One optimiser step: a batch of the phase, forwards and backwards in micro-batches, gradients summed, an update."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from maskzoo.errors import UserError
from maskzoo.masking.common.masker import Masker
from maskzoo.masking.common.tables import Tables
from maskzoo.objectives.common.objective import Objective
from maskzoo.pretraining.root_module import RootModule
from maskzoo.pretraining.sharding import whole
from maskzoo.pretraining.world import World
from maskzoo.recipe.objective import ObjectiveSettings
from maskzoo.recipe.training import Training
from maskzoo.tokenization.windows import Targets, micro_batches


@dataclass(frozen=True)
class Method:
    """What a phase of a run does: how it masks, and its objective. Phases may share a masker, and an objective.

    Attributes:
        tables: those that the objective needs.
    """

    masker: Masker
    objective: ObjectiveSettings
    tables: Tables = field(default_factory=Tables)


@dataclass(frozen=True)
class StepResult:
    """What came of a step.

    Attributes:
        loss: summed over the predicted positions of this process.
        predicted: positions of the whole batch.
        tokens, maskable: of the whole batch.
        flops: of all processes, without the optimiser's.
        figures: the objective's, name -> sum and count of this process, (2,).
        masked: whether a masking policy chose the positions.
    """

    loss: Tensor
    predicted: int
    tokens: int
    maskable: int
    flops: float
    figures: dict[str, Tensor]
    masked: bool


@dataclass(frozen=True)
class Step:
    """Takes steps on everything that a run trains.

    Attributes:
        rows: sequences in a forward pass of a process.
        autocast: context for mixed precision.
    """

    root: RootModule
    optimiser: torch.optim.Optimizer
    training: Training
    world: World
    seed: int
    rows: int
    autocast: Callable[[], AbstractContextManager[Any]]

    def __call__(self, step: int, objective: Objective, masker: Masker, *, done: float) -> StepResult:
        """Step number `step` (from 0); `done` is the share of the run before it."""
        training, world = self.training, self.world
        batch = objective.draw(masker, seed=self.seed, step=step, size=training.batch_size, done=done)
        predicted = batch.of_predicted
        learns = batch.masked is not None and masker.learns
        objective.outcomes = [] if learns else None
        loss, figures = torch.zeros((), device=world.device), dict[str, Tensor]()
        rows = len(batch.asked) // world.size if objective.whole_batch else self.rows
        for part in micro_batches(batch.asked, rank=world.rank, processes=world.size, rows=rows):
            torch.manual_seed(_dropout_seed(self.seed, step, part.start))
            inputs = batch.rows(part).tensors(world.device)
            with self.autocast():
                share = self.root(objective, inputs)
            (share.total / max(1, predicted)).backward()
            loss += share.total.detach()
            for name, (total, count) in share.figures.items():
                added = total.detach().float()
                added = torch.stack([added, torch.as_tensor(count, dtype=added.dtype, device=added.device)])
                figures[name] = figures[name] + added if name in figures else added
        if not training.sharded:
            world.sum_gradients(self.root.parameters())
        clip(self.root.parameters(), training.clip)
        self.optimiser.step()
        self.optimiser.zero_grad()
        if batch.masked is not None and learns and predicted:
            losses, right = gather_outcomes(objective.outcomes or (), batch.targets, world)
            masker.learn(batch.masked, losses, right > 0, done=done)
        return StepResult(
            loss=loss,
            predicted=predicted,
            tokens=batch.windows.ids.size,
            maskable=int((~batch.windows.special).sum()),
            flops=objective.flops(batch),
            figures=figures,
            masked=batch.masked is not None,
        )


def rows_at_once(training: Training, world: World, *, where: str | None = None) -> int:
    """Sequences in a process' forward pass: a micro-batch, or its share of the batch.

    Raises:
        UserError: the batch is no whole number of these for every process.
    """
    at_least = world.size * (training.micro_batch_size or 1)
    if training.batch_size % at_least:
        each = f" with micro-batches of {training.micro_batch_size}" if training.micro_batch_size else ""
        near = training.batch_size // at_least * at_least
        raise UserError(
            f"a batch of {training.batch_size} cannot be shared out evenly over {world.size} processes{each}",
            where=where and f"{where}.training.batch_size",
            expected=f"a multiple of {at_least}, such as {' or '.join(str(n) for n in (near, near + at_least) if n)}",
        )
    return training.micro_batch_size or training.batch_size // world.size


def clip(parameters: Iterable[nn.Parameter], limit: float) -> None:
    """Scale all gradients so that their norm together, over all processes, is at most `limit`."""
    kept = list(parameters)
    norm = whole(nn.utils.get_total_norm([one.grad for one in kept if one.grad is not None]))
    nn.utils.clip_grads_with_norm_(kept, limit, norm)


def gather_outcomes(outcomes: Sequence[Tensor], targets: Targets, world: World) -> NDArray[np.float32]:
    """What the model made of every predicted position of the batch, (2, predicted), from what each process saw."""
    mine = world.part(len(targets.predicted))
    before, own = int(targets.predicted[: mine.start].sum()), int(targets.predicted[mine].sum())
    seen = torch.zeros((2, int(targets.predicted.sum())), device=world.device)
    if own:
        seen[:, before : before + own] = torch.cat(list(outcomes), dim=1)
    summed: NDArray[np.float32] = world.sum(seen).cpu().numpy()
    return summed


def _dropout_seed(seed: int, step: int, first: int) -> int:
    return int(np.random.SeedSequence((seed, step, 2, first)).generate_state(1, np.uint64)[0])
