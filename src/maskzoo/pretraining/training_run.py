"""The parts of a run put together: model, objectives, optimiser, plan and state, before the first step is taken."""

import copy
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import torch

from maskzoo.masking.common.mask_rates import MaskRates
from maskzoo.objectives.common.chosen import class_of
from maskzoo.objectives.common.objective import Context, Objective, Released
from maskzoo.pretraining.evaluate import Validation, validate
from maskzoo.pretraining.freezing import Freezing
from maskzoo.pretraining.going_on import stable_part
from maskzoo.pretraining.journal import Journal, figures_of
from maskzoo.pretraining.learning_rate import learning_rate
from maskzoo.pretraining.optimiser import memory, optimiser_module, set_learning_rate
from maskzoo.pretraining.phases import Plan
from maskzoo.pretraining.progress import cut_metrics
from maskzoo.pretraining.root_module import RootModule
from maskzoo.pretraining.run_state import Counts, RunState
from maskzoo.pretraining.sharding import shard, whole
from maskzoo.pretraining.step import Method, Step, StepResult, rows_at_once
from maskzoo.pretraining.throughput import mfu
from maskzoo.pretraining.world import World
from maskzoo.recipe.training import Training
from maskzoo.tokenization.windows import Data


class TrainingRun:
    """What `maskzoo.pretraining.loop.train` trains with, made from its arguments.

    Attributes:
        plan: phases over the budget.
        objectives: of every phase; equal ones are the same object.
        state: what checkpoints keep.
        step: takes an optimiser step.
    """

    def __init__(
        self,
        model: Any,
        data: Data,
        *,
        training: Training,
        methods: Sequence[Method],
        seed: int,
        folder: Path,
        fingerprint: str,
        stem: str | None,
        head_is_new: bool,
        world: World,
        where: str | None,
    ) -> None:
        """See `train`.

        Raises:
            UserError: a schedule, a batch, an objective or an optimiser that does not fit.
        """
        self.data, self.training, self.methods, self.world, self.folder = data, training, methods, world, folder
        self.seed = seed
        self.bf16 = wants_bf16(training, world.device)
        self.autocast: Callable[[], AbstractContextManager[Any]] = (
            partial(torch.autocast, world.device.type, dtype=torch.bfloat16) if self.bf16 else nullcontext
        )
        self.rows = rows_at_once(training, world, where=where)
        shown = training.batch_size * max(method.masker.masking.copies for method in methods)
        self.plan = Plan.of(training, step_tokens=shown * data.train.length, where=where)
        self.head_steps = max(0, min(training.head_warmup_steps, self.plan.length - 1)) if head_is_new else 0
        world.broadcast_weights(model)
        self._released, model = model, copy.deepcopy(model) if training.sharded else model
        self.objectives = self._objectives_around(model)
        root = _root(model, self.objectives)
        if training.sharded:
            shard(root, model, world)
        root.to(world.device)
        self.optimisers = optimiser_module(training, where)
        optimiser = self.optimisers.make(root, training)
        self.freezing = Freezing(model)
        for number, phase in enumerate(self.plan.phases):
            key = where and f"{where}.training.schedule.{number}.freeze_layers"
            self.freezing.check(phase.freeze_layers, where=key)
        for objective in dict.fromkeys(self.objectives):
            objective.prepare()
        root.train()
        self.state = RunState(
            folder / "checkpoints",
            fingerprint,
            root,
            optimiser,
            maskers=list({id(method.masker): method.masker for method in methods}.values()),
            counts=[Counts() for _ in self.plan.phases],
            about={"stem": stem, "length": self.plan.length} if stem is not None else {},
            stable=stable_part(training, self.plan.length, head_steps=self.head_steps) if stem is not None else None,
        )
        self.step = Step(root, optimiser, training, world, seed, self.rows, self.autocast)

    def _objectives_around(self, model: Any) -> list[Objective]:
        """The objective of every phase; what they add to the model begins the same for the same seed."""
        torch.manual_seed(self.seed)
        made: list[tuple[Method, Objective]] = []
        for method in self.methods:
            same = next((one for other, one in made if other.objective == method.objective), None)
            context = Context(self.data, method.tables, self.training.compile, self.world.all_gather)
            made.append((method, same or class_of(method.objective)(model, method.objective, context)))
        return [objective for _, objective in made]

    def place(self, journal: Journal | None = None) -> int:
        """How far the run is, in places of its plan; with the seconds that the journal has not counted yet."""
        if journal is not None and self.plan.unit == "seconds" and self.world.device.type == "cuda":
            torch.cuda.synchronize()
        spent = self.state.total
        seconds = spent.seconds + (journal.unsaved if journal is not None else 0.0)
        place = self.plan.place(steps=spent.steps, flops=spent.flops, seconds=seconds)
        # every process has a clock of its own
        return int(self.world.broadcast(place)) if self.plan.unit == "seconds" else place

    def journal(self) -> Journal:
        """To be opened while the run goes on; what was written after the step that it goes on from is dropped."""
        if self.world.first:
            cut_metrics(self.folder / "metrics.jsonl", self.state.step or -1)
        return Journal(
            self.folder,
            steps=self.plan.length if self.plan.counts_steps else None,
            done=self.state.step,
            tensorboard=self.training.tensorboard,
            world=self.world,
            bf16=self.bf16,
        )

    def set_up(self, place: int) -> float:
        """Freeze what the phase at a place freezes and set its learning rate; returns what the log says of that."""
        phase = self.plan.phases[self.plan.phase_at(place)]
        warming = self.state.step < self.head_steps
        self.freezing.apply(head_only=warming, layers=phase.freeze_layers)
        head_steps = self.head_steps if self.plan.counts_steps else 0
        rate = learning_rate(place, self.plan, self.training, head_steps=head_steps)
        set_learning_rate(self.state.optimiser, self.training.head_warmup_learning_rate if warming else rate)
        return rate

    def count(self, phase: int, result: StepResult) -> None:
        """A step of a phase is done."""
        counts = self.state.counts[phase]
        counts.steps += 1
        counts.tokens += result.tokens
        counts.maskable += result.maskable
        counts.predicted += result.predicted
        counts.flops += result.flops + self.optimisers.flops(self.state.root)
        self.state.step += 1

    def evaluate(self, phase: int) -> Validation:
        """Validation in a phase: of the model that its objective masks for, with the figures that are its own."""
        objective = self.objectives[phase]
        return validate(
            objective.masked_model,
            self.data.validation,
            mask_id=self.data.mask_id,
            batches=self.training.evaluation_batches,
            batch_size=self.training.batch_size,
            world=self.world,
            at_once=self.rows,
            tokens_per_byte=self.data.tokens_per_byte,
            objective=objective,
            autocast=self.autocast,
            through=self.state.root,
        )

    def evaluate_first(self, journal: Journal) -> dict[str, float | None]:
        """Validation before the first step, which is written down, or where there is no step left to take."""
        place, step, reached = self.place(), self.state.step, dict[str, float | None]()
        if step == 0:
            reached = journal.evaluated(0, self.evaluate(self.plan.phase_at(place)))
        elif place >= self.plan.length:
            reached = figures_of(self.evaluate(self.plan.phase_at(place)), self.folder, step)
        journal.go_on()
        return reached

    def write_line(self, journal: Journal, phase: int, result: StepResult, *, rate: float) -> None:
        """A line of metrics after a step of a phase, with figures of its masks where its masking was asked."""
        masker = self.methods[phase].masker if result.masked else None
        journal.line(self.state.step, self.state.counts, phase, rate=rate, masker=masker)

    def figures(self) -> dict[str, Any]:
        """What run.json says of the run as a whole."""
        total, plan, world = self.state.total, self.plan, self.world
        share = mfu(total.flops, total.seconds, device=world.device, processes=world.size, bf16=self.bf16)
        names = [method.objective.name for method in self.methods]
        return {
            "steps": total.steps,
            "head_warmup_steps": self.head_steps,
            "tokens": total.tokens,
            "flops": total.flops,
            "seconds": round(total.seconds, 1),
            "tokens_per_second": round(total.tokens / max(total.seconds, 1e-9), 1),
            "optimiser_bytes": memory(self.state.optimiser),
            **MaskRates.sum([masker.rates for masker in self.state.maskers]).figures(),
            "budget": {"unit": plan.unit, "asked": plan.amount, "spent": getattr(total, plan.unit)},
            "phases": [{"objective": name, **vars(one)} for name, one in zip(names, self.state.counts, strict=True)],
            "precision": "bf16" if self.bf16 else "fp32",
            "device": str(world.device),
            "threads": torch.get_num_threads(),
            **({"processes": world.size, "sharded": self.training.sharded} if world.size > 1 else {}),
            **({} if share is None else {"mfu": share}),
        }

    def release(self) -> Released:
        """What the last phase's objective leaves, in one piece, in evaluation mode."""
        self.freezing.apply()
        objectives = self.objectives
        if self.training.sharded:
            objectives = self._objectives_around(self._released)
            trained = self.state.root.tensors()
            with torch.no_grad():
                for name, tensor in _root(self._released, objectives).tensors().items():
                    tensor.copy_(whole(trained[name]))
        released = objectives[-1].release()
        for model in (released.model, *released.beside.values()):
            model.eval()
        return released


def _root(model: Any, objectives: Sequence[Objective]) -> RootModule:
    return RootModule(model, list(dict.fromkeys(objectives)))


def wants_bf16(training: Training, device: torch.device) -> bool:
    """Whether matrices are multiplied in bfloat16: where it is asked for, or a GPU has it."""
    if training.precision == "auto":
        return device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
    return training.precision == "bf16"
