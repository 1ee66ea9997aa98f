"""The training loop, from the first step to what is released. Read it from top to bottom."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maskzoo.objectives.common.objective import Released
from maskzoo.pretraining.journal import LOG_EVERY
from maskzoo.pretraining.step import Method
from maskzoo.pretraining.stopping import Stopped, StopSignal
from maskzoo.pretraining.training_run import TrainingRun
from maskzoo.pretraining.world import World
from maskzoo.recipe.training import Training
from maskzoo.tokenization.windows import Data


@dataclass(frozen=True)
class Trained:
    """What came of a run: figures as JSON values, and what is to be released."""

    figures: dict[str, Any]
    released: Released


def train(
    model: Any,
    data: Data,
    *,
    training: Training,
    methods: Sequence[Method],
    seed: int,
    folder: Path,
    fingerprint: str,
    stem: str | None = None,
    head_is_new: bool = False,
    world: World | None = None,
    stop: StopSignal | None = None,
    where: str | None = None,
) -> Trained:
    """Train `model` in place, going on from the last checkpoint in `folder` (`going_on` leaves none of another run).

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
        fingerprint: names everything that decides the weights.
        stem: names what runs that differ in their length alone have in common; None where none can go on from another.
        head_is_new: warm the head alone for the first `training.head_warmup_steps`.
        world: the processes that train together; none: this one alone, on the CPU.
        stop: asked after every step whether a signal came; where one of several processes got one, all stop after the
            same step.
        where: file and key of the variant, for messages.

    Returns:
        What was seen, spent and reached, and the model.

    Raises:
        UserError: the loss is no longer a number, the schedule does not fit the budget or the encoder, or the batch
            cannot be shared out.
        Stopped: asked to, and after the step in progress there is a checkpoint.
    """
    world, stop = world or World(), stop or StopSignal()
    run = TrainingRun(
        model, data, training=training, methods=methods, seed=seed, folder=folder, fingerprint=fingerprint,
        stem=stem, head_is_new=head_is_new, world=world, where=where,
    )  # fmt: skip
    state, plan = run.state, run.plan
    state.restore(world)
    now = run.place()
    with run.journal() as journal:
        reached = run.evaluate_first(journal)
        while now < plan.length:
            number, rate = plan.phase_at(now), run.set_up(now)
            result = run.step(state.step, run.objectives[number], methods[number].masker, done=now / plan.length)
            run.count(number, result)
            journal.add(result)
            now = run.place(journal)
            last = now >= plan.length
            stopped = 0 if last else world.largest(stop.signal)
            evaluates = last or plan.phase_at(now) != number or state.step % training.evaluate_every == 0
            saves = last or stopped > 0 or state.step % training.checkpoint_every == 0 or state.leaves_the_peak
            if evaluates or saves or state.step % LOG_EVERY == 0:
                run.write_line(journal, number, result, rate=rate)
                if evaluates:
                    reached = journal.evaluated(state.step, run.evaluate(number))
                if saves:
                    state.save(writes=world.first)
                if stopped:
                    world.wait()  # who ends before the first process has written may have it killed
                    raise Stopped(stopped, step=state.step, folder=folder)
                journal.go_on()
    return Trained({**reached, **run.figures()}, run.release())
