"""What the suites of a recipe found of its models, side by side: a panel a suite, as tasks have one.

A panel is what `compared` makes of the items; beside it stands what a reader needs to understand the suite. Where
neither higher nor lower values are better, the order of the models and the best of them say nothing and are not shown.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from maskzoo.comparison.compare import Model, Scored, compared
from maskzoo.errors import UserError
from maskzoo.files import read_json
from maskzoo.probes.common.kind import Measure
from maskzoo.probes.common.measuring import kind_of
from maskzoo.probes.common.results import sample
from maskzoo.recipe.probe import ALWAYS
from maskzoo.recipe.recipe import Recipe


def panels(recipe: Recipe, root: Path, models: Sequence[Model], reference: str | None) -> dict[str, Any]:
    """suite -> its panel, for all suites of a recipe but the pseudo-perplexity of its own corpus, which has its own.

    Raises:
        UserError: a model was not asked, or other questions than the rest.
    """
    found = {}
    for name, suite in recipe.probes.items():
        if name == ALWAYS:
            continue
        kind = kind_of(suite)
        scored, without = read_probe(root, name, models, kind.MEASURE)
        first = next((entry.model.name for entry in scored if entry.model.name == reference), None)
        panel = (
            compared(
                scored,
                first or scored[0].model.name,
                resamples=recipe.evaluation.bootstrap,
                lower_is_better=kind.MEASURE.direction == "lower",
                by_logarithm=kind.MEASURE.statistic == "perplexity",
            )
            if scored
            else {"models": []}
        )
        found[name] = {
            "title": suite.title or kind.TITLE,
            "kind": suite.probe,
            "about": suite.about,
            "language": suite.language,
            "measure": kind.MEASURE.title,
            "direction": kind.MEASURE.direction,
            "chance": suite.chance,
            "items": scored[0].sample.examples if scored else 0,
            "noun": kind.MEASURE.items,
            "groups": scored[0].extra["in_groups"] if scored else 0,
            "published": [one.model_dump(mode="json", exclude_none=True) for one in suite.published],
            **panel,
            "without": without,
        }
    return found


def read_probe(
    root: Path, suite: str, models: Sequence[Model], measure: Measure
) -> tuple[list[Scored], list[dict[str, Any]]]:
    """Models with a result, and entries of those without (and why).

    Raises:
        UserError: a model was not asked, or other questions than the rest.
    """
    scored: list[Scored] = []
    without: list[dict[str, Any]] = []
    asked: tuple[list[str], Any] | None = None
    for model in models:
        file = f"evaluation/{suite}/{model.name}.json"
        if not (root / file).is_file():
            hint = f"run `maskzoo probe DOMAIN --suite {suite} --model {model.name}`"
            raise UserError(f"{model.name!r} was not asked {suite!r}", where=str(root / file), hint=hint)
        record = read_json(root / file)
        if record["reason"]:
            without.append({"name": model.name, "role": model.role, "reason": record["reason"], "results": [file]})
            continue
        rows = [seed[measure.items] for seed in record["seeds"]]
        questions = [row["id"] for row in rows[0]], record["settings"]
        if asked is not None and questions != asked:
            raise UserError(
                f"{model.name!r} was asked other questions than {scored[0].model.name!r}",
                where=str(root / file),
                hint=f"run `maskzoo probe DOMAIN --suite {suite}` again for all models",
            )
        asked = questions
        seeds = tuple(seed["pretraining_seed"] for seed in record["seeds"])
        extra = {"by_group": _by_group(record), "in_groups": len(record["groups"]), "ties": record.get("ties")}
        scored.append(Scored(model, sample(rows, measure), seeds, (file,), extra))
    return scored, without


def _by_group(record: Mapping[str, Any]) -> dict[str, float]:
    """Values a reader takes in: of what several groups are about, where the suite says that, else of the groups."""
    found = record.get("phenomena") or record["groups"]
    return {name: one["value"] for name, one in found.items()}
