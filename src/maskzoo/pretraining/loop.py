"""The training loop, from the first step to the released model. Read it from top to bottom."""

import copy
import math
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from maskzoo.errors import UserError
from maskzoo.masking.common.mask_rates import MaskRates
from maskzoo.masking.common.masker import Masked, Masker
from maskzoo.models.common.flops import step_flops
from maskzoo.pretraining import checkpoint
from maskzoo.pretraining.evaluate import to_tensors, validate
from maskzoo.pretraining.freezing import Freezing
from maskzoo.pretraining.optimiser import memory, optimiser_module, set_learning_rate
from maskzoo.pretraining.progress import Metrics, cut_metrics
from maskzoo.pretraining.schedule import Plan, learning_rate
from maskzoo.pretraining.sharding import shard, whole
from maskzoo.pretraining.stopping import Stopped, Told
from maskzoo.pretraining.throughput import mfu
from maskzoo.pretraining.world import World
from maskzoo.recipe.training import Training
from maskzoo.tokenization.windows import Batch, Targets, Windows, micro_batches

LOG_EVERY = 10


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


@dataclass(frozen=True)
class Method:
    """What a phase of a run does: how it masks, and the module of its objective. Phases may share a masker."""

    masker: Masker
    objective: ModuleType


class Together(nn.Module):
    """The objectives of all phases around one model, as one module: the root of what is shared out over processes.

    Whatever computes with the model goes through its `forward`, so that weights in parts are brought together for it.
    """

    def __init__(self, objectives: Sequence[nn.Module]) -> None:
        super().__init__()
        self.objectives = nn.ModuleList(objectives)

    def forward(self, work: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """What `work` makes of the arguments."""
        return work(*arguments, **named)


@dataclass
class Counts:
    """What a phase has seen and spent so far; part of every checkpoint."""

    steps: int = 0
    tokens: int = 0
    maskable: int = 0
    predicted: int = 0
    flops: float = 0.0
    seconds: float = 0.0

    @classmethod
    def sum(cls, counts: Sequence["Counts"]) -> "Counts":
        """Those of all phases together."""
        return cls(**{field.name: sum(getattr(one, field.name) for one in counts) for field in fields(cls)})


def train(
    model: Any,
    data: Data,
    *,
    training: Training,
    methods: Sequence[Method],
    seed: int,
    folder: Path,
    fingerprint: str,
    head_is_new: bool = False,
    world: World | None = None,
    told: Told | None = None,
    where: str | None = None,
) -> dict[str, Any]:
    """Train `model` in place, going on from the last checkpoint in `folder` where its fingerprint is the same.

    Killed at any point and called again, it ends with the same weights, on a CPU bit for bit: batches, masks and
    dropout follow from (seed, step), and weights, moments, what the masking has learned and what has been spent from
    the checkpoint. Only where the budget is seconds does the clock decide how many steps there are: what was spent
    since the last checkpoint is lost.

    Several processes share out the rows of every batch and end with the weights that one alone would have, but for the
    order in which floats are summed; a checkpoint is the same whoever goes on from it.

    Args:
        model: a `...ForMaskedLM` as it starts.
        data: both splits.
        training: the recipe's.
        methods: one for every phase of `training.schedule`; a single one where there is none.
        seed: of data order, masks and dropout.
        folder: of the run: checkpoints/ and metrics.jsonl are kept there.
        fingerprint: names everything that decides the result.
        head_is_new: warm the head alone for the first `training.head_warmup_steps`.
        world: the processes that train together; none: this one alone, on the CPU.
        told: asked after every step whether a signal told this process to stop; where one of several was told, all stop
            after the same step.
        where: file and key of the variant, for messages.

    Returns:
        What was seen, spent and reached, as JSON values.

    Raises:
        UserError: the loss is no longer a number, the schedule does not fit the budget or the encoder, or the batch
            cannot be shared out.
        Stopped: told to, and after the step in progress there is a checkpoint.
    """
    world, told = world or World(), told or Told()
    device = world.device
    bf16 = training.precision == "bf16" or (training.precision == "auto" and device.type == "cuda" and _cuda_has_bf16())
    autocast = partial(torch.autocast, device.type, dtype=torch.bfloat16) if bf16 else nullcontext
    rows = rows_at_once(training, world, where=where)
    shown = training.batch_size * max(method.masker.masking.copies for method in methods)
    plan = Plan.of(training, step_tokens=shown * data.train.length, where=where)
    world.equalise(model)
    released, model = model, copy.deepcopy(model) if training.sharded else model
    head_steps = max(0, min(training.head_warmup_steps, plan.length - 1)) if head_is_new else 0
    torch.manual_seed(seed)  # of what an objective adds to the model
    objectives = [method.objective.Objective(model, compiled=training.compile) for method in methods]
    for objective in objectives:
        objective.mask_id = data.mask_id
    together = Together(objectives)
    if training.sharded:
        shard(together, model, world)
    together.to(device)
    optimisers = optimiser_module(training, where)
    optimiser = optimisers.make(together, training)
    freezing = Freezing(model)
    for number, phase in enumerate(plan.phases):
        freezing.check(phase.freeze_layers, where=where and f"{where}.training.schedule.{number}.freeze_layers")
    sources = [getattr(method.objective, "arrange", _windows)(data) for method in methods]
    model.train()

    counts, done = [Counts() for _ in plan.phases], 0
    maskers = list({id(method.masker): method.masker for method in methods}.values())
    for step in world.agreed(checkpoint.steps(folder / "checkpoints")[-1:]):
        learned = checkpoint.restore(folder / "checkpoints", step, model, optimiser)
        state = checkpoint.state_of(folder / "checkpoints", step)
        counts, done = [Counts(**one) for one in state["counts"]], step
        for number, masker in enumerate(maskers):
            masker.take_up(learned, state["masks"][number], place=number)
    if world.first:
        cut_metrics(folder / "metrics.jsonl", done if done else -1)

    def reached_place(unsaved: float = 0.0) -> int:
        spent = Counts.sum(counts)
        place = plan.place(steps=spent.steps, flops=spent.flops, seconds=spent.seconds + unsaved)
        return int(world.agreed(place)) if plan.unit == "seconds" else place  # every process has a clock of its own

    def evaluate(step: int) -> dict[str, float | None]:
        result = validate(
            model,
            data.validation,
            mask_id=data.mask_id,
            batches=training.evaluation_batches,
            batch_size=training.batch_size,
            world=world,
            at_once=rows,
            tokens_per_byte=data.tokens_per_byte,
            autocast=autocast,
            through=together,
        )
        return {
            "validation_loss": _number(result.loss, folder, step),
            "validation_accuracy": result.accuracy,
            "bits_per_byte": result.bits_per_byte,
        }

    reached: dict[str, float | None] = {}
    now = reached_place()
    with Metrics(
        folder / "metrics.jsonl",
        steps=plan.length if plan.counts_steps else None,
        done=done,
        tensorboard=folder / "tensorboard" if training.tensorboard else None,
        silent=not world.first,
    ) as metrics:
        if done == 0 or now >= plan.length:
            reached = evaluate(done)
        if done == 0:
            metrics.write(0, **reached)
        step, since = done, time.perf_counter()
        loss, losses, tokens, flops = torch.zeros((), device=device), 0, 0, 0.0
        while now < plan.length:
            number = plan.phase_at(now)
            phase, method, counted = plan.phases[number], methods[number], counts[number]
            warming = step < head_steps
            freezing.apply(head_only=warming, layers=phase.freeze_layers)
            rate = learning_rate(now, plan, training, head_steps=head_steps if plan.counts_steps else 0)
            set_learning_rate(optimiser, training.head_warmup_learning_rate if warming else rate)
            batch = sources[number].batch(seed=seed, step=step, size=training.batch_size)
            masked, targets = choose(batch, method, seed=seed, step=step, done=now / plan.length)
            batch = masked.batch if masked is not None else batch
            predicted = int(targets.hidden.sum())
            learns = masked is not None and method.masker.learns
            objectives[number].outcomes = [] if learns else None
            for part in micro_batches(targets.hidden, rank=world.rank, processes=world.size, rows=rows):
                torch.manual_seed(_dropout_seed(seed, step, part.start))
                inputs = to_tensors(batch.rows(part), targets.rows(part), device)
                with autocast():
                    share = together(objectives[number], *inputs, **beside(batch.rows(part), device))
                (share / predicted).backward()
                loss += share.detach()
            if not training.sharded:
                world.sum_gradients(together.parameters())
            clip(together.parameters(), training.clip)
            optimiser.step()
            optimiser.zero_grad()
            if masked is not None and learns and predicted:
                losses_and_right = everyones(objectives[number].outcomes, targets, world)
                method.masker.learn(masked, losses_and_right[0], losses_and_right[1] > 0, done=now / plan.length)

            step, losses, tokens = step + 1, losses + predicted, tokens + batch.ids.size
            counted.steps += 1
            counted.tokens += batch.ids.size
            counted.maskable += int((~batch.special).sum())
            counted.predicted += predicted
            computed = step_flops(
                model,
                windows=len(targets.ids),
                length=data.train.length,
                predicted=predicted,
                lower=objectives[number].lower,
                masks=int((targets.ids == data.mask_id).sum()),
            )
            counted.flops += computed + optimisers.flops(together)
            flops += computed
            if plan.unit == "seconds" and device.type == "cuda":
                torch.cuda.synchronize()
            now = reached_place(time.perf_counter() - since)
            last, switches = now >= plan.length, plan.phase_at(now) != number
            stopped = 0 if last else world.largest(told.signal)
            evaluates = last or switches or step % training.evaluate_every == 0
            saves = last or stopped > 0 or step % training.checkpoint_every == 0
            metrics.advance()
            if evaluates or saves or step % LOG_EVERY == 0:
                # waits for the device, so the clock is read after it
                mean = _number(float(world.sum(loss)) / max(1, losses), folder, step)
                spent = time.perf_counter() - since
                counted.seconds += spent
                total = Counts.sum(counts)
                metrics.write(
                    step,
                    loss=mean,
                    learning_rate=rate,
                    tokens=total.tokens,
                    flops=total.flops,
                    seconds=round(total.seconds, 3),
                    tokens_per_second=round(tokens / spent, 1),
                    mfu=mfu(flops, spent, device=device, processes=world.size, bf16=bf16),
                    **(method.masker.since() if masked is not None else {}),
                    **(world.mean(objectives[number].report()) if hasattr(objectives[number], "report") else {}),
                )
                if evaluates:
                    reached = evaluate(step)
                    metrics.write(step, **reached)
                if saves:
                    state = {
                        "fingerprint": fingerprint,
                        "counts": [vars(one) for one in counts],
                        "masks": [masker.rates.as_json() for masker in maskers],
                    }
                    arrays = [masker.learned(place) for place, masker in enumerate(maskers)]
                    checkpoint.save(
                        folder / "checkpoints",
                        step,
                        model,
                        optimiser,
                        state,
                        masking={name: array for one in arrays for name, array in one.items()},
                        writes=world.first,
                    )
                if stopped:
                    world.wait()  # who ends before the first process has written may have it killed
                    raise Stopped(stopped, step=step, folder=folder)
                since, loss, losses, tokens, flops = time.perf_counter(), torch.zeros_like(loss), 0, 0, 0.0
    freezing.apply()
    for added in objectives:
        if hasattr(added, "detach"):
            added.detach()
    if released is not model:
        trained = dict(model.named_parameters()) | dict(model.named_buffers())
        with torch.no_grad():
            for name, tensor in (*released.named_parameters(), *released.named_buffers()):
                tensor.copy_(whole(trained[name]))
    released.eval()
    total = Counts.sum(counts)
    share = mfu(total.flops, total.seconds, device=device, processes=world.size, bf16=bf16)
    return {
        **reached,
        "steps": total.steps,
        "head_warmup_steps": head_steps,
        "tokens": total.tokens,
        "flops": total.flops,
        "seconds": round(total.seconds, 1),
        "tokens_per_second": round(total.tokens / max(total.seconds, 1e-9), 1),
        "optimiser_bytes": memory(optimiser),
        **MaskRates.sum([masker.rates for masker in maskers]).figures(),
        "budget": {"unit": plan.unit, "asked": plan.amount, "spent": getattr(total, plan.unit)},
        "phases": [
            {"objective": _name(method.objective), **vars(one)} for method, one in zip(methods, counts, strict=True)
        ],
        "precision": "bf16" if bf16 else "fp32",
        "device": str(device),
        "threads": torch.get_num_threads(),
        **({"processes": world.size, "sharded": training.sharded} if world.size > 1 else {}),
        **({} if share is None else {"mfu": share}),
    }


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


def everyones(outcomes: Sequence[torch.Tensor], targets: Targets, world: World) -> NDArray[np.float32]:
    """What the model made of every predicted position of the batch, (2, predicted), from what each process saw."""
    mine = world.part(len(targets.hidden))
    before, own = int(targets.hidden[: mine.start].sum()), int(targets.hidden[mine].sum())
    told = torch.zeros((2, int(targets.hidden.sum())), device=world.device)
    if own:
        told[:, before : before + own] = torch.cat(list(outcomes), dim=1)
    seen: NDArray[np.float32] = world.sum(told).cpu().numpy()
    return seen


def choose(batch: Batch, method: Method, *, seed: int, step: int, done: float = 0.0) -> tuple[Masked | None, Targets]:
    """What a step shows the model and asks of it: what the masker hides, or else the objective's own choice."""
    if hasattr(method.objective, "targets"):
        return None, method.objective.targets(batch)
    masked = method.masker.draw(batch, seed=seed, step=step, done=done)
    return masked, Targets(ids=masked.ids, hidden=masked.hidden, wanted=masked.batch.ids)


def beside(batch: Batch, device: torch.device) -> dict[str, torch.Tensor]:
    """What an objective is given by name, beside what all are given."""
    return {} if batch.relation is None else {"relation": torch.from_numpy(batch.relation).to(device)}


def _windows(data: Data) -> Windows:
    """How the training split is arranged where an objective does not say it."""
    return data.train


def _name(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]


def _dropout_seed(seed: int, step: int, first: int) -> int:
    return int(np.random.SeedSequence((seed, step, 2, first)).generate_state(1, np.uint64)[0])


def _number(loss: float, folder: Path, step: int) -> float:
    """The loss, unless it is infinite or no number: then nothing more is worth saving."""
    if math.isfinite(loss):
        return loss
    raise UserError(
        f"the loss is {loss}",
        where=f"{folder}: step {step}",
        expected="a finite number",
        hint="lower training.learning_rate, or raise training.warmup" if step else "the base's weights are broken",
    )


def _cuda_has_bf16() -> bool:
    return torch.cuda.is_available() and torch.cuda.is_bf16_supported(including_emulation=False)
