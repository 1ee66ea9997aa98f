"""A run of ours, from its record or its results files: the value that stands beside a figure of a paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maskzoo.papers.schema import Measure
from maskzoo.paths import Layout
from maskzoo.recipe.load import read_recipe
from maskzoo.results.reading import BETTER, UNCLEAR, WORSE, best, lower_is_better, named, outcome, outcome_reversed
from maskzoo.results.run_record import FOLDER, SIMULATED, gather, read_run_record, run_record_file


@dataclass(frozen=True)
class Value:
    """A number of ours.

    Attributes:
        name: the model.
        low, high: ends of the 95 % interval over test examples and seeds; None where there is none.
        parameters: of the model; None for classical baselines.
        training: examples that it was fine-tuned or fitted on; None where the run does not say.
    """

    name: str
    mean: float
    low: float | None = None
    high: float | None = None
    parameters: int | None = None
    training: int | None = None

    def times(self, factor: float) -> "Value":
        """In another unit."""
        low, high = (None if end is None else end * factor for end in (self.low, self.high))
        return Value(self.name, self.mean * factor, low, high, self.parameters, self.training)


@dataclass(frozen=True)
class OurRun:
    """One run of a domain at one scale, as a record holds it.

    Attributes:
        source: where its numbers are: a record in git, or the results folder of this checkout.
        simulated: whether its data are made up, so that it says nothing about the world.
    """

    record: Mapping[str, Any]
    source: str
    simulated: bool = False

    @property
    def scale(self) -> str:
        return str(self.record["scale"])

    def panel(self, task: str | None) -> Mapping[str, Any] | None:
        """The comparison on a task; None where the run has no such task."""
        found: Mapping[str, Any] | None = self.record["comparison"]["tasks"].get(task)
        return found

    def value(self, measure: Measure, models: Sequence[str]) -> Value | None:
        """The first of the models that has the measure; None where none has."""
        for name in models:
            found = self._loss(measure.loss_of, name) if measure.loss_of else self._metric(measure, name)
            if found is not None:
                return found
        return None

    def _metric(self, measure: Measure, name: str) -> Value | None:
        panel = self.panel(measure.task)
        model = named(panel, name) if panel else None
        if panel is None or model is None:
            return None
        training = self.record["tasks"].get(measure.task, {}).get("counts", {}).get("train")
        if measure.target is None:
            low, high = model["interval"]
            return Value(name, model["mean"], low, high, model["parameters"], training)
        part = (model.get("by_target") or {}).get(measure.target, {}).get(panel["metric"])
        return None if part is None else Value(name, part, None, None, model["parameters"], training)

    def _loss(self, variant: str, name: str) -> Value | None:
        if name not in (variant, self._base(variant)):
            return None
        runs = [run for run in self.record["pretraining"] if run["variant"] == variant]
        found = [run["last" if name == variant else "first"].get("validation_loss") for run in runs]
        known = [loss for loss in found if loss is not None]
        return Value(name, sum(known) / len(known), parameters=runs[0].get("parameters")) if known else None

    def _base(self, variant: str) -> str | None:
        """The compared model that a variant began as."""
        panels = self.record["comparison"]["tasks"].values()
        return next((model["base"] for panel in panels if (model := named(panel, variant)) is not None), None)

    def compared(self, task: str, model: str, over: str) -> str | None:
        """better, worse or unclear: `model` against `over`, by the corrected test that the run made.

        Where it made none, by their intervals: unclear as soon as they touch. None where one did not do the task.
        """
        panel = self.panel(task)
        if panel is None:
            return None
        one, other = named(panel, model), named(panel, over)
        if one is None or other is None:
            return None
        tested = outcome(panel, one, over) or outcome_reversed(panel, other, model)
        if tested is not None:
            return tested
        (low, high), (other_low, other_high) = one["interval"], other["interval"]
        if low <= other_high and other_low <= high:
            return UNCLEAR
        return BETTER if (low > other_high) != lower_is_better(panel) else WORSE


def recorded(domain: str, scales: Sequence[str], folder: Path = FOLDER) -> OurRun | None:
    """The record of the first of the scales that has one."""
    for scale in scales:
        file = run_record_file(domain, scale, folder)
        if file.is_file():
            return OurRun(read_run_record(file, folder), f"results/{domain}.{scale}.md")
    return None


def run_here(domain: str, scale: str, results: Path, zoo: Path = Path("domains")) -> OurRun:
    """The run below a results folder, at any scale.

    Raises:
        UserError: the domain was not compared at this scale; says how to do that.
    """
    recipe = read_recipe(zoo / domain, scale)
    layout = Layout(results, scale, domain)
    return OurRun(gather(recipe, layout), str(layout.root), simulated=scale == SIMULATED or recipe.simulate is not None)


def best_of(panel: Mapping[str, Any], roles: Sequence[str]) -> Mapping[str, Any] | None:
    """The best model of several roles on a task."""
    sign = -1 if lower_is_better(panel) else 1
    found = [model for role in roles if (model := best(panel, role))]
    return max(found, key=lambda model: sign * float(model["mean"]), default=None)
