"""What a study reads of its runs: one `Trial` for every cell and seed, from files that other rules wrote."""

import math
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from maskzoo.errors import UserError
from maskzoo.files import read_json
from maskzoo.paths import Layout
from maskzoo.pretraining.run_file import FILE as RUN
from maskzoo.pretraining.run_file import Run, read_run
from maskzoo.recipe.recipe import Recipe
from maskzoo.recipe.study import Study
from maskzoo.tasks.results_file import FILE, Seed, read_results
from maskzoo.written import lacking

FLOAT32 = 4  # bytes


@dataclass(frozen=True)
class Trial:
    """One cell at one seed.

    Attributes:
        loss: nats per hidden token of the validation split under the frozen mask.
        bits_per_byte: the same over the bytes of the text.
        steps, tokens, flops: what pretraining spent.
        seconds: of pretraining, or of fine-tuning on all tasks where nothing was pretrained.
        trained: numbers that were trained, in pretraining or where there was none in fine-tuning (the head counts).
        stored: bytes that must be kept beside the base: the adapter's (with the head), or those of the numbers that
            were trained.
        tasks: task -> its metric on the test split.
        forgotten: nats per word of another domain's test documents by which the model is worse than its base.
        adapted: whether an adapter was trained, and not every weight.
        restored: whether the base is there again, bit for bit, once the adapter is disabled; None where there is none,
            or where it was not looked at.
        restored_on: how many of those documents were read to see that.
    """

    cell: str
    seed: int
    loss: float
    bits_per_byte: float | None
    steps: int
    tokens: int
    flops: float
    seconds: float
    trained: int
    stored: int
    tasks: dict[str, float] = field(default_factory=dict)
    adapted: bool = False
    forgotten: float | None = None
    restored: bool | None = None
    restored_on: int = 0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def by(self, measure: str) -> float:
        """The loss, or the metric of a task."""
        return self.loss if measure == "loss" else self.tasks[measure]


def runs_of(study: Study, recipe: Recipe, layout: Layout) -> tuple[list[Trial], list[str]]:
    """All finished runs of a study, and the names of those that are not finished.

    Args:
        recipe: the studied one, see `studied_recipe`.
    """
    found, missing = [], []
    for cell in study.cells:
        name = study.variant_of(cell)
        for place, seed in enumerate(study.seeds):
            file = layout.run(name, recipe.pretraining_seed(seed)) / RUN
            needed = [file, *(layout.evaluated(task, name) / FILE for task in study.tasks)]
            if study.forgetting is not None:
                needed.append(layout.forgotten(study.forgetting, name))
            if not all(path.is_file() for path in needed):
                missing.append(f"{cell}, seed {seed}")
                continue
            found.append(_run(study, recipe, layout, cell, seed, place))
    return found, missing


def _run(study: Study, recipe: Recipe, layout: Layout, cell: str, seed: int, place: int) -> Trial:
    name, start = study.variant_of(cell), recipe.pretraining_seed(seed)
    run = read_run(layout.run(name, start))
    tuned = {task: read_results(layout.evaluated(task, name)) for task in study.tasks}
    for task, results in tuned.items():
        if results.reason is not None:
            raise UserError(f"{cell} cannot be fine-tuned on {task}: {results.reason}", where=f"{study.file}: tasks")
        if place >= len(results.seeds):
            raise lacking(layout.evaluated(task, name) / FILE, f"seeds.{place}", f"seed {seed} of the study")
    own = [results.seeds[place] for results in tuned.values()]
    trained, stored, adapted = (
        _pretrained(run, layout.model(name, start) / "model.safetensors")
        if study.pretrains
        else _tuned(own[0], layout.evaluated(study.tasks[0], name) / FILE)
    )
    return Trial(
        cell=cell,
        seed=seed,
        loss=run.validation_loss,
        bits_per_byte=run.bits_per_byte,
        steps=run.steps,
        tokens=run.tokens,
        flops=run.flops,
        seconds=run.seconds if study.pretrains else sum(one.seconds for one in own),
        trained=trained,
        stored=stored,
        tasks={task: float(one.seeds[place].test[one.metric]) for task, one in tuned.items()},
        adapted=adapted,
        forgotten=_forgotten(study, recipe, layout, name, seed) if study.forgetting else None,
        **(_restored(study.forgetting, layout, name, seed) if study.forgetting else {}),
    )


def _pretrained(run: Run, weights: Path) -> tuple[int, int, bool]:
    """Of a pretraining run how many numbers were trained, bytes that must be kept, and whether that is an adapter."""
    adapter = run.adaptation
    if adapter is not None:
        return adapter.trainable_parameters, adapter.stored.bytes, True
    return run.parameters, weights.stat().st_size, False


def _tuned(seed: Seed, file: Path) -> tuple[int, int, bool]:
    """The same of a model that was only fine-tuned."""
    adapter, trained = seed.details.adaptation, seed.details.trained_parameters
    if adapter is not None:
        return adapter.trainable_parameters, adapter.stored.bytes, True
    if trained is None:
        raise lacking(file, "seeds.0.details.trained_parameters", "a study that only fine-tunes")
    return trained, FLOAT32 * trained, False


def _forgotten(study: Study, recipe: Recipe, layout: Layout, name: str, seed: int) -> float | None:
    """log of the pseudo-perplexity per word after over before; None where there is no model before."""
    base = recipe.variants[name].base
    assert study.forgetting is not None
    before = layout.forgotten(study.forgetting, base)
    if recipe.bases[base].fresh or not before.is_file():
        return None
    words = [_per_word(read_json(path), seed) for path in (layout.forgotten(study.forgetting, name), before)]
    return None if None in words else math.log(words[0]) - math.log(words[1])  # type: ignore[arg-type]


def _restored(other: str, layout: Layout, name: str, seed: int) -> dict[str, Any]:
    """What `maskzoo score --on` saw once the adapter was taken off; nothing where there was none."""
    for seen in read_json(layout.forgotten(other, name)).get("adapter_off", []):
        if seen["pretraining_seed"] == seed:
            return {"restored": seen["is_base"], "restored_on": seen["documents"]}
    return {}


def _per_word(scored: dict[str, Any], seed: int) -> float | None:
    """A model's pseudo-perplexity at a seed; a base that was made once has one for all."""
    by_seed = {one["pretraining_seed"]: one["per_word"] for one in scored["seeds"]}
    if not by_seed:
        return None
    return float(by_seed.get(seed, next(iter(by_seed.values()))))
