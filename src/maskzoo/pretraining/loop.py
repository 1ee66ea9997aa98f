"""The training loop, from the first step to the released model. Read it from top to bottom."""

import math
import time
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch
from accelerate import Accelerator
from numpy.typing import NDArray

from maskzoo.errors import UserError
from maskzoo.pretraining import checkpoint
from maskzoo.pretraining.data import Windows
from maskzoo.pretraining.evaluate import to_tensors, validate
from maskzoo.pretraining.heads import head_parameters
from maskzoo.pretraining.mask_rates import MaskRates
from maskzoo.pretraining.masker import Masker
from maskzoo.pretraining.optimiser import adamw, memory, set_learning_rate
from maskzoo.pretraining.progress import Metrics, cut_metrics
from maskzoo.pretraining.schedule import learning_rate
from maskzoo.recipe.training import Training

LOG_EVERY = 10


@dataclass(frozen=True)
class Data:
    """The two splits of a run and what must be known of their tokenizer."""

    train: Windows
    validation: Windows
    mask_id: int
    ordinary: NDArray[np.int64]
    tokens_per_byte: float | None = None


@dataclass
class Counts:
    """What a run has seen so far; part of every checkpoint."""

    tokens: int = 0
    maskable: int = 0
    predicted: int = 0
    seconds: float = 0.0


def train(
    model: Any,
    data: Data,
    *,
    training: Training,
    masker: Masker,
    objective: ModuleType,
    seed: int,
    folder: Path,
    fingerprint: str,
    head_is_new: bool = False,
) -> dict[str, Any]:
    """Train `model` in place, going on from the last checkpoint in `folder` where its fingerprint is the same.

    Killed at any point and called again, it ends with the same weights, on a CPU bit for bit: batches, masks and
    dropout follow from (seed, step), and weights, moments and what the masking has learned from the checkpoint.

    Args:
        model: a `...ForMaskedLM` as it starts.
        data: both splits.
        training: the recipe's.
        masker: draws the masks.
        objective: module of `maskzoo.objectives`.
        seed: of data order, masks and dropout.
        folder: of the run: checkpoints/ and metrics.jsonl are kept there.
        fingerprint: names everything that decides the result.
        head_is_new: warm the head alone for the first `training.head_warmup_steps`.

    Returns:
        What was seen and reached, as JSON values.

    Raises:
        UserError: the loss is no longer a number.
    """
    bf16 = training.precision == "bf16" or (training.precision == "auto" and _cuda_has_bf16())
    accelerator = Accelerator(mixed_precision="bf16" if bf16 else "no", cpu=not torch.cuda.is_available())
    head_steps = max(0, min(training.head_warmup_steps, training.steps - 1)) if head_is_new else 0
    wrapped = objective.Objective(model, compiled=training.compile)
    wrapped, optimiser = accelerator.prepare(wrapped, adamw(wrapped, training))
    model.train()
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]  # others stay as they are

    counts, done = Counts(), 0
    for step in checkpoint.steps(folder / "checkpoints")[-1:]:
        masker.state |= checkpoint.restore(folder / "checkpoints", step, model, optimiser.optimizer)
        state = checkpoint.state_of(folder / "checkpoints", step)
        counts, done = Counts(**state["counts"]), step
        masker.rates = MaskRates.from_json(state["masks"])
    cut_metrics(folder / "metrics.jsonl", done if done else -1)

    def evaluate(step: int) -> dict[str, float | None]:
        result = validate(
            wrapped,
            data.validation,
            mask_id=data.mask_id,
            batches=training.evaluation_batches,
            batch_size=training.batch_size,
            device=accelerator.device,
            at_once=training.micro_batch_size,
            tokens_per_byte=data.tokens_per_byte,
            autocast=accelerator.autocast if bf16 else None,
        )
        return {
            "validation_loss": _number(result.loss, folder, step),
            "validation_accuracy": result.accuracy,
            "bits_per_byte": result.bits_per_byte,
        }

    reached: dict[str, float | None] = {}
    with Metrics(
        folder / "metrics.jsonl",
        steps=training.steps,
        done=done,
        tensorboard=folder / "tensorboard" if training.tensorboard else None,
    ) as metrics:
        if done in (0, training.steps):
            reached = evaluate(done)
        if done == 0:
            metrics.write(0, **reached)
        since, loss, losses, tokens = time.perf_counter(), torch.zeros((), device=accelerator.device), 0, 0
        for step in range(done, training.steps):
            _freeze_encoder(model, trained, frozen=step < head_steps)
            rate = learning_rate(step, training, head_steps=head_steps)
            set_learning_rate(optimiser, rate)
            batch = data.train.batch(seed=seed, step=step, size=training.batch_size)
            masked = masker.draw(batch, seed=seed, step=step, done=step / training.steps)
            predicted = int(masked.hidden.sum())
            wrapped.outcomes = [] if masker.learns else None
            size = training.micro_batch_size or training.batch_size
            for first in range(0, len(masked.ids), size):
                torch.manual_seed(_dropout_seed(seed, step, first))
                part = slice(first, first + size)
                inputs = to_tensors(masked.batch.rows(part), masked.ids[part], masked.hidden[part], accelerator.device)
                if len(inputs[4]) == 0:
                    continue
                with accelerator.autocast() if bf16 else nullcontext():
                    share = wrapped(*inputs)
                accelerator.backward(share / predicted)
                loss += share.detach()
            accelerator.clip_grad_norm_(wrapped.parameters(), training.clip)
            optimiser.step()
            optimiser.zero_grad()
            if wrapped.outcomes:
                losses_and_right = torch.cat(wrapped.outcomes, dim=1).cpu().numpy()
                masker.learn(masked, losses_and_right[0], losses_and_right[1] > 0, done=step / training.steps)

            losses, tokens = losses + predicted, tokens + masked.ids.size
            counts.tokens += masked.ids.size
            counts.maskable += int((~masked.batch.special).sum())
            counts.predicted += predicted
            finished = step + 1
            last = finished == training.steps
            evaluates = last or finished % training.evaluate_every == 0
            saves = last or finished % training.checkpoint_every == 0
            metrics.advance()
            if evaluates or saves or finished % LOG_EVERY == 0:
                # waits for the device, so the clock is read after it
                mean = _number(float(loss) / max(1, losses), folder, finished)
                spent = time.perf_counter() - since
                counts.seconds += spent
                metrics.write(
                    finished,
                    loss=mean,
                    learning_rate=rate,
                    tokens=counts.tokens,
                    seconds=round(counts.seconds, 3),
                    tokens_per_second=round(tokens / spent, 1),
                    **masker.since(),
                )
                if evaluates:
                    reached = evaluate(finished)
                    metrics.write(finished, **reached)
                if saves:
                    state = {"fingerprint": fingerprint, "counts": vars(counts), "masks": masker.rates.as_json()}
                    checkpoint.save(
                        folder / "checkpoints", finished, model, optimiser.optimizer, state, masking=masker.state
                    )
                since, loss, losses, tokens = time.perf_counter(), torch.zeros_like(loss), 0, 0
    _freeze_encoder(model, trained, frozen=False)
    model.eval()
    return {
        **reached,
        "steps": training.steps,
        "head_warmup_steps": head_steps,
        "tokens": counts.tokens,
        "seconds": round(counts.seconds, 1),
        "tokens_per_second": round(counts.tokens / max(counts.seconds, 1e-9), 1),
        "optimiser_bytes": memory(optimiser.optimizer),
        **masker.rates.figures(),
        "precision": "bf16" if bf16 else "fp32",
        "device": str(accelerator.device),
        "threads": torch.get_num_threads(),
    }


def _freeze_encoder(model: Any, trained: list[torch.nn.Parameter], *, frozen: bool) -> None:
    """Leave only the head's own parameters to be trained, or all; what needs no gradient gets no step and no decay."""
    head = {id(parameter) for parameter in head_parameters(model)} if frozen else set()
    for parameter in trained:
        wanted = not frozen or id(parameter) in head
        if parameter.requires_grad != wanted:
            parameter.requires_grad_(wanted)


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
