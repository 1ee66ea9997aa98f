"""What a run writes down as it goes: a line of metrics every few steps, and the clock that tells what was spent."""

import math
import time
from pathlib import Path
from types import TracebackType

import torch

from maskzoo.errors import UserError
from maskzoo.masking.common.masker import Masker
from maskzoo.pretraining.evaluate import Validation
from maskzoo.pretraining.progress import Metrics
from maskzoo.pretraining.run_state import Counts
from maskzoo.pretraining.step import StepResult
from maskzoo.pretraining.throughput import mfu
from maskzoo.pretraining.world import World

LOG_EVERY = 10  # steps


class Journal:
    """Adds up steps since the last line; the figures of a line are of the steps between it and the one before it."""

    def __init__(
        self, folder: Path, *, steps: int | None, done: int, tensorboard: bool, world: World, bf16: bool
    ) -> None:
        """
        Args:
            folder: of the run; metrics.jsonl and tensorboard/ lie in it.
            steps: that the run will have, where that is known.
            done: those that it has already.
            bf16: whether matrices are multiplied in bfloat16.
        """
        self.folder, self.world, self.bf16 = folder, world, bf16
        self._metrics = Metrics(
            folder / "metrics.jsonl",
            steps=steps,
            done=done,
            tensorboard=folder / "tensorboard" if tensorboard else None,
            silent=not world.first,
        )
        self._start_over()

    def __enter__(self) -> "Journal":
        self._metrics.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._metrics.__exit__(kind, error, trace)

    def _start_over(self) -> None:
        self._loss = torch.zeros((), device=self.world.device)
        self._figures: dict[str, torch.Tensor] = {}
        self._predicted, self._tokens, self._flops = 0, 0, 0.0
        self._since = time.perf_counter()

    @property
    def unsaved(self) -> float:
        """Seconds since the last line, which no phase has counted yet."""
        return time.perf_counter() - self._since

    def add(self, result: StepResult) -> None:
        """A step is done."""
        self._loss += result.loss
        self._predicted += result.predicted
        self._tokens += result.tokens
        self._flops += result.flops
        for name, figure in result.figures.items():
            self._figures[name] = self._figures[name] + figure if name in self._figures else figure
        self._metrics.advance()

    def line(self, step: int, counts: list[Counts], phase: int, *, rate: float, masker: Masker | None) -> None:
        """Write the steps since the last line, and add the seconds that they took to those of the phase.

        Args:
            step: steps done.
            counts: of all phases.
            phase: number of the phase whose seconds these were.
            rate: the learning rate of the last step.
            masker: that of the phase, where its objective lets it choose.

        Raises:
            UserError: the loss is no longer a number.
        """
        # waits for the device, so the clock is read after it
        mean = finite(float(self.world.sum(self._loss)) / max(1, self._predicted), self.folder, step)
        spent = time.perf_counter() - self._since
        counts[phase].seconds += spent
        total = Counts.sum(counts)
        self._metrics.write(
            step,
            loss=mean,
            learning_rate=rate,
            tokens=total.tokens,
            flops=total.flops,
            seconds=round(total.seconds, 3),
            tokens_per_second=round(self._tokens / spent, 1),
            mfu=mfu(self._flops, spent, device=self.world.device, processes=self.world.size, bf16=self.bf16),
            **(masker.since() if masker is not None else {}),
            **self._means(),
        )

    def _means(self) -> dict[str, float]:
        if not self._figures:
            return {}
        sums = self.world.sum(torch.stack(list(self._figures.values()))).tolist()
        return {name: total / max(1.0, count) for name, (total, count) in zip(self._figures, sums, strict=True)}

    def evaluated(self, step: int, validation: Validation) -> dict[str, float | None]:
        """Write what validation found after `step` steps.

        Raises:
            UserError: the loss is no number.
        """
        reached = figures_of(validation, self.folder, step)
        self._metrics.write(step, **reached)
        return reached

    def go_on(self) -> None:
        """Evaluation and checkpoint are over: the clock starts again."""
        self._start_over()


def figures_of(validation: Validation, folder: Path, step: int) -> dict[str, float | None]:
    """Validation as a line of metrics has it.

    Raises:
        UserError: the loss is no number.
    """
    return {
        "validation_loss": finite(validation.loss, folder, step),
        "validation_accuracy": validation.accuracy,
        "bits_per_byte": validation.bits_per_byte,
        **{f"validation_{name}": value for name, value in validation.own.items()},
    }


def finite(loss: float, folder: Path, step: int) -> float:
    """The loss, unless it is infinite or no number: then nothing more is worth saving.

    Raises:
        UserError: it is.
    """
    if math.isfinite(loss):
        return loss
    raise UserError(
        f"the loss is {loss}",
        where=f"{folder}: step {step}",
        expected="a finite number",
        hint="lower training.learning_rate, or raise training.warmup" if step else "the base's weights are broken",
    )
