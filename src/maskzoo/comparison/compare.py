"""The comparison of a domain: every model's mean, interval and paired tests, from the files that stages left.

Nothing is measured here. Every number comes from `results.json`, `predictions.parquet` and the pseudo-perplexity files,
whose paths stand beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskzoo import registry
from maskzoo.errors import UserError
from maskzoo.files import read_json
from maskzoo.recipe.recipe import Recipe
from maskzoo.recipe.task import metrics_of
from maskzoo.tasks import baselines, metrics, types
from maskzoo.tasks.results_file import Results, Seed, read_results
from maskzoo.tasks.significance import (
    Clustered,
    Difference,
    Resampled,
    Sample,
    holm,
    interval,
    paired,
    perplexity,
    surprisal,
)
from maskzoo.tasks.task_data import read_groups

ROLES = ("baseline", "random", "base", "scratch", "adapted")


@dataclass(frozen=True)
class Model:
    """One line of the comparison.

    Attributes:
        base: the model it began as, where that is compared too.
    """

    name: str
    role: str
    base: str | None = None
    parameters: int | None = None


@dataclass(frozen=True)
class Scored:
    """Results of one model on one task (or its pseudo-perplexity), read and ready to be resampled."""

    model: Model
    sample: Resampled
    seeds: tuple[Any, ...]
    files: tuple[str, ...]
    extra: Mapping[str, Any]


def role(recipe: Recipe, name: str) -> str:
    """base, random, scratch or adapted, from where the weights began; what is not in the recipe is a baseline.

    Random are the untrained weights of a variant of no steps: what the same architecture knows without pretraining.
    """
    if name in recipe.bases:
        return "base"
    if name in recipe.variants:
        if recipe.variants[name].training.steps == 0 and recipe.bases[recipe.variants[name].base].fresh:
            return "random"
        return "scratch" if recipe.bases[recipe.variants[name].base].fresh else "adapted"
    return "baseline"


def started_from(recipe: Recipe, name: str) -> str | None:
    """The compared model that a variant began as: its base, or the untrained weights of the same architecture."""
    if name not in recipe.variants:
        return None
    variant = recipe.variants[name]
    base = recipe.bases[variant.base]
    if not base.fresh:
        return base.variant if base.domain == recipe.name else variant.base
    same = (
        other
        for other, its in recipe.variants.items()
        if (its.base, its.tokenizer) == (variant.base, variant.tokenizer)
    )
    return next((other for other in same if other != name and role(recipe, other) == "random"), None)


def default_reference(recipe: Recipe) -> str | None:
    """The model that others are tested against: the recipe's, else the first base; None: the best baseline."""
    chosen: str | None = recipe.evaluation.reference
    return chosen or next((name for name in recipe.compared if name in recipe.bases), None)


def read_task(root: Path, task: str, models: Sequence[Model]) -> list[Scored]:
    """Results of every model and baseline on one task, aligned to the same test examples.

    Models that cannot do the task are left out; see `without`.

    Raises:
        UserError: a model was not evaluated, predictions do not fit results, or models saw different examples.
    """
    folder = root / "evaluation" / task
    found = [Model(name, "baseline") for name in baselines.all_names() if (folder / name / "results.json").is_file()]
    rows: list[tuple[Model, Results, dict[Any, dict[str, tuple[Any, Any]]]]] = []
    for model in [*found, *models]:
        results = folder / model.name / "results.json"
        if not results.is_file():
            raise UserError(
                f"{model.name!r} was not evaluated on {task!r}",
                where=str(results),
                hint=f"run `maskzoo finetune DOMAIN --model {model.name} --task {task}`",
            )
        record = read_results(results.parent)
        if record.reason is not None:
            continue
        side = metrics.reads(record.metric)
        rows.append((model, record, _predictions(folder / model.name / "predictions.parquet", side)))
    examples = sorted(next(iter(rows[0][2].values()))) if rows else []
    for model, _, by_seed in rows:
        for seed, predictions in by_seed.items():
            if sorted(predictions) != examples:
                raise UserError(
                    f"seed {seed} of {model.name!r} was tested on other examples than {rows[0][0].name!r}",
                    where=str(folder / model.name / "predictions.parquet"),
                    hint="the task was prepared again in between: run its evaluation again",
                )
    read = [_scored(folder, task, model, results, by_seed, examples) for model, results, by_seed in rows]
    clusters = _clusters(root / "tasks" / task, examples)
    return read if clusters is None else [replace(one, sample=Clustered(one.sample, clusters)) for one in read]


def _clusters(folder: Path, examples: Sequence[str]) -> "NDArray[np.int64] | None":
    """Of tested examples the numbers of their groups; None where nothing groups them, or one group is all there is.

    Raises:
        UserError: the task's files are of other examples.
    """
    groups = read_groups(folder)
    missing = [name for name in examples if name not in groups]
    if groups and missing:
        raise UserError(
            f"{len(missing)} tested examples are in no group",
            where=str(folder),
            hint="the task was prepared again in between: run its evaluation again",
        )
    numbers = {group: number for number, group in enumerate(sorted(set(groups.values())))}
    return np.array([numbers[groups[name]] for name in examples]) if len(numbers) > 1 else None


def without(root: Path, task: str, models: Sequence[Model]) -> list[dict[str, Any]]:
    """Entries of the models that cannot do a task, and why."""
    found = []
    for model in models:
        file = f"evaluation/{task}/{model.name}/results.json"
        reason = read_results((root / file).parent).reason
        if reason is not None:
            found.append({"name": model.name, "role": model.role, "reason": reason, "results": [file]})
    return found


def _predictions(path: Path, side: str) -> dict[Any, dict[str, tuple[Any, Any]]]:
    """seed -> id -> (gold, predicted or scores, whichever the metric reads)."""
    import pyarrow.parquet as pq

    if not path.is_file():
        raise UserError("no predictions beside the results", where=str(path), hint="run the evaluation again")
    if side not in pq.read_schema(path).names:
        raise UserError(f"no {side} in the predictions", where=str(path), hint="run the evaluation again")
    table = pq.read_table(path, columns=["seed", "id", "gold", side]).to_pydict()
    found: dict[Any, dict[str, tuple[Any, Any]]] = {}
    for seed, name, gold, answer in zip(*(table[key] for key in ("seed", "id", "gold", side)), strict=True):
        found.setdefault(seed, {})[name] = (gold, answer)
    return found


def _scored(
    folder: Path, task: str, model: Model, results: Results, by_seed: dict[Any, dict[str, Any]], examples: list[str]
) -> Scored:
    metric = results.metric
    runs = {run.seed: run for run in results.seeds}
    where = folder / model.name
    if set(runs) != set(by_seed):
        hint = "run the evaluation again"
        raise UserError("results and predictions name different seeds", where=str(where), hint=hint)
    kind = results.type or next(kind for kind in registry.names("tasks") if metric in metrics_of(kind))
    gold = [by_seed[next(iter(runs))][name][0] for name in examples]
    predicted = [[by_seed[seed][name][1] for name in examples] for seed in runs]
    references = types.load(kind).references(gold, results.labels, metrics.reads(metric))
    sample: Resampled = metrics.load(metric).sample(references, predicted)
    reported = [run.test[metric] for run in runs.values()]
    if not np.allclose(sample.values, reported, atol=1e-6):
        raise UserError(
            f"{metric} of the predictions is {sample.values[0]:.6f}, results.json says {reported[0]:.6f}",
            where=str(where),
            hint="run the evaluation again",
        )
    extra = {
        "metric": metric,
        "examples": len(examples),
        "examples_per_second": results.examples_per_second,
        "seconds": sum(run.seconds for run in runs.values()) / len(runs),
        "by_target": _by_target(results.seeds),
        **_tuning(results.seeds),
    }
    files = tuple(f"evaluation/{task}/{model.name}/{name}" for name in ("results.json", "predictions.parquet"))
    return Scored(model, sample, tuple(runs), files, extra)


def _by_target(runs: Sequence[Seed]) -> dict[str, dict[str, float]]:
    """target -> metric -> mean over seeds, where a task has several targets."""
    each = [run.details.test_by_target for run in runs]
    return {
        target: {
            metric: sum(values[target][metric] for values in each) / len(each)
            for metric in each[0][target]
            if all(metric in values.get(target, {}) for values in each)
        }
        for target in each[0]
    }


def _tuning(runs: Sequence[Seed]) -> dict[str, Any]:
    """How a model was fine-tuned: learning rates, the tried ones with their value on validation; what was cut."""
    first = runs[0]
    rates = [run.hyperparameters.learning_rate for run in runs]
    return {
        "learning_rates": list(dict.fromkeys(rate for rate in rates if rate is not None)),
        "tried_rates": first.details.validation_by_learning_rate,
        "max_length": first.hyperparameters.max_length,
        "epochs": first.hyperparameters.epochs,
        "truncated_test_examples": first.details.truncated.get("test", 0),
        "pretraining_seeds": list(dict.fromkeys(run.pretraining_seed for run in runs)),
    }


def read_perplexities(root: Path, models: Sequence[Model]) -> tuple[list[Scored], list[dict[str, Any]], dict[str, Any]]:
    """Models with a pseudo-perplexity, entries of those without (and why), and what was scored.

    Raises:
        UserError: a model was not scored, or on other words than the rest.
    """
    scored: list[Scored] = []
    without: list[dict[str, Any]] = []
    common: dict[str, Any] = {}
    words: list[tuple[str, int]] | None = None
    for model in models:
        file = f"evaluation/pseudo_perplexity/{model.name}.json"
        if not (root / file).is_file():
            hint = f"run `maskzoo score DOMAIN --model {model.name}`"
            raise UserError(f"{model.name!r} was not scored", where=str(root / file), hint=hint)
        record = read_json(root / file)
        if record["reason"]:
            without.append({"name": model.name, "role": model.role, "reason": record["reason"], "results": [file]})
            continue
        documents = record["documents"]
        seen = [(row["id"], row["words"]) for row in documents]
        variant = record.get("variant", "original")
        if words is not None and (seen != words or variant != common["variant"]):
            raise UserError(
                f"{model.name!r} was scored on other words, or otherwise masked, than {scored[0].model.name!r}",
                where=str(root / file),
                hint="run `maskzoo score` again for all models",
            )
        words = seen
        common = {
            "variant": variant,
            "unit": record.get("unit", "word"),
            "documents": len(documents),
            "words": record["words"],
        }
        parts = [[(row["pll"], row["words"]) for row in seed["documents"]] for seed in record["seeds"]]
        extra = {key: record.get(key) for key in ("per_token", "tokens", "unknown_share", "altered_words")}
        names = tuple(seed.get("pretraining_seed", seed.get("seed")) for seed in record["seeds"])
        scored.append(Scored(model, Sample(np.array(parts, dtype=np.float64), perplexity), names, (file,), extra))
    return scored, without, common


def compared(
    scored: Sequence[Scored],
    reference: str | None,
    *,
    resamples: int,
    lower_is_better: bool = False,
    by_logarithm: bool = False,
) -> dict[str, Any]:
    """Means, intervals and paired tests of models on the same examples.

    Every model is tested against the reference, against the model it began as, and against the best classical
    baseline; the p-values of all these tests together are corrected by Holm's method.

    Args:
        reference: name of the model that others are tested against; None, or a name without results: the best classical
            baseline, or where there is none the first model.

    Returns:
        The panel that comparison.json holds. Differences and the lead of the best are those of means; where they go
        `by_logarithm` (perplexities, whose samples have sums of log-likelihoods) those of the means' logarithms.
    """
    by_name = {entry.model.name: entry for entry in scored}
    means = {name: float(entry.sample.values.mean()) for name, entry in by_name.items()}
    sign = -1 if lower_is_better else 1
    baselines = [name for name, entry in by_name.items() if entry.model.role == "baseline"]
    best_baseline = max(baselines, key=lambda name: sign * means[name], default=None)
    if reference not in by_name:
        reference = best_baseline or next(iter(by_name))

    def test(first: str, second: str) -> Difference:
        a, b = by_name[first], by_name[second]
        if by_logarithm:  # one bad document must not decide
            logs = [replace(entry.sample, statistic=surprisal) for entry in (a, b) if isinstance(entry.sample, Sample)]
            return paired(logs[0], logs[1], same_seeds=a.seeds == b.seeds, resamples=resamples)
        return paired(a.sample, b.sample, same_seeds=a.seeds == b.seeds, resamples=resamples)

    pairs: dict[tuple[str, str], Difference] = {}
    for name, entry in by_name.items():
        against = (reference, entry.model.base, best_baseline if entry.model.role != "baseline" else None)
        for other in dict.fromkeys(against):
            if other is not None and other in by_name and other != name:
                pairs[name, other] = test(name, other)
    adjusted = dict(zip(pairs, holm([difference.p for difference in pairs.values()]), strict=True))
    order = sorted(by_name, key=lambda name: -sign * means[name])
    lead, clear = None, False
    if len(order) > 1:
        known = (order[0], order[1]) in pairs  # else the other way round, so that the page gives one interval of a pair
        first, second = order[:2] if known else order[1::-1]
        gap = pairs.get((first, second)) or test(first, second)
        low, high = gap.interval if known else (-gap.interval[1], -gap.interval[0])
        clear = high < 0 if lower_is_better else low > 0
        lead = {"over": order[1], "value": gap.value if known else -gap.value, "interval": [low, high]}
    return {
        "reference": reference,
        "best_baseline": best_baseline,
        "lower_is_better": lower_is_better,
        "best": order[0],
        "best_is_clear": clear,
        "lead": lead,
        "models": [
            {
                "name": name,
                "role": entry.model.role,
                "base": entry.model.base,
                "parameters": entry.model.parameters,
                "mean": means[name],
                "interval": list(interval(entry.sample, resamples=resamples)),
                "seeds": [
                    {"seed": seed, "value": float(value)}
                    for seed, value in zip(entry.seeds, entry.sample.values, strict=True)
                ],
                "differences": {
                    other: {
                        "value": difference.value,
                        "interval": list(difference.interval),
                        "p": difference.p,
                        "p_holm": adjusted[first, other],
                    }
                    for (first, other), difference in pairs.items()
                    if first == name
                },
                **entry.extra,
                "results": list(entry.files),
            }
            for name, entry in by_name.items()
        ],
    }
