"""Tasks whose metric is an error: smaller is better in order, sign, sentence, table and picture; and their units."""

from typing import Any

import numpy as np
import pytest

from maskzoo.comparison.compare import Model, Scored, compared, role, started_from
from maskzoo.comparison.picture import draw
from maskzoo.comparison.table import by_target, data, metric_title, task_table, verdict
from maskzoo.recipe.recipe import Recipe
from maskzoo.recipe.training import Base, Tokenizer, Training, Variant
from maskzoo.tasks import metrics

NOISE = {"mean": 30.0, "random": 20.0, "scratch": 8.0, "adapted": 15.0}
ROLES = {"mean": "baseline", "random": "random", "scratch": "scratch", "adapted": "adapted"}


def panel(metric: str = "rmse", **changes: Any) -> dict[str, Any]:
    """A task on which `scratch` errs least, and by far."""
    chance = np.random.default_rng(0)
    gold = chance.normal(100, 30, (300, 1))
    scored = []
    for name, noise in NOISE.items():
        seeds = [gold + chance.normal(0, noise, gold.shape) for _ in range(1 if name == "mean" else 2)]
        sample = metrics.load(metric).sample(gold, seeds)
        base = "random" if name == "scratch" else None
        extra = {
            "by_target": {},
            "learning_rates": [],
            "tried_rates": {},
            "truncated_test_examples": 0,
            "pretraining_seeds": [0],
        }
        scored.append(Scored(Model(name, ROLES[name], base), sample, tuple(range(len(seeds))), (), extra))
    lower = metric in ("rmse", "mae")
    about = {"title": "Melting", "type": "regression", "metric": metric, "unit": "°C"}
    return {**about, **compared(scored, None, resamples=200, lower_is_better=lower), **changes}


def named(task: dict[str, Any], name: str) -> dict[str, Any]:
    return next(model for model in task["models"] if model["name"] == name)


def test_the_smallest_error_is_the_best_and_leads_by_a_negative_difference():
    task = panel()
    assert task["best"] == "scratch"
    assert task["best_is_clear"]
    assert task["lead"]["over"] == "adapted"
    assert task["lead"]["interval"][1] < 0
    assert named(task, "scratch")["mean"] == pytest.approx(8, abs=1), "in the unit of the task"
    assert named(task, "scratch")["differences"]["mean"]["value"] < 0


def test_of_a_correlation_the_largest_is_the_best():
    task = panel("spearman")
    assert task["best"] == "scratch"
    assert task["lead"]["interval"][0] > 0
    assert metric_title(task) == "Spearman", "a correlation has no unit"


def test_the_table_names_the_unit_and_says_that_lower_is_better():
    header, _, *rows = task_table(panel()).splitlines()
    assert "RMSE in °C, lower is better [95 % interval]" in header
    best = next(row for row in rows if "`scratch`" in row)
    assert "**" in best
    assert sum("**" in row for row in rows) == 1


def test_the_sentences_say_who_errs_less():
    text = verdict(panel())
    assert "Best: `scratch` leads `adapted` by -" in text
    sentence = next(line for line in text.splitlines() if line.startswith("- `scratch`"))
    assert "beats `random`" in sentence
    assert "loses" not in sentence
    task = panel()
    for model in task["models"]:
        for difference in model["differences"].values():
            difference["value"] = -difference["value"]
    worse = next(line for line in verdict(task).splitlines() if line.startswith("- `scratch`"))
    assert "loses to `random`" in worse


def test_values_of_single_targets_are_folded_away_below():
    task = panel()
    assert by_target(task) == ""
    for model in task["models"]:
        model["by_target"] = {"A*02:01": {"rmse": 1.5}, "B*07:02": {"rmse": 250.0}, "C*01:02": {"mae": 1.0}}
    text = by_target(task)
    assert "RMSE in °C, means over seeds: 2 parts" in text
    assert "| A*02:01 | 1.500 |" in text
    assert "| B*07:02 | 250.0 |" in text


def test_what_the_values_rest_on_is_said():
    counts = {"train": 1500, "validation": 200, "test": 300}
    assert data(panel()) == ""
    text = data(panel(counts=counts, apart_by="scaffold", bounds={"train": 7, "validation": 0, "test": 12}))
    assert text.startswith("1,500 training, 200 validation and 300 test examples, kept apart by scaffold. Values known")
    assert "(7 in training, 12 in the test split)" in text
    assert "bound" not in data(panel(counts=counts))


def test_the_picture_says_it_too(tmp_path):
    task = panel()
    draw({"tasks": {"melting": task}, "pseudo_perplexity": {"models": [], "without": []}}, tmp_path / "picture.svg")
    drawn = (tmp_path / "picture.svg").read_text(encoding="utf-8")
    assert "RMSE in °C (lower is better)" in drawn
    assert "random" in drawn


def test_a_variant_of_no_steps_is_random_and_what_its_architecture_is_tested_against():
    variants = {
        "untrained": Variant(base="fresh", tokenizer="atoms", training=Training(steps=0)),
        "trained": Variant(base="fresh", tokenizer="atoms"),
        "other": Variant(base="fresh", tokenizer="pieces"),
        "continued": Variant(base="hub", tokenizer="atoms"),
    }
    bases = {"fresh": Base(architecture="bert"), "hub": Base(hub="some/model")}
    tokenizers = {name: Tokenizer(design=name) for name in ("atoms", "pieces")}
    recipe = Recipe.model_construct(name="made", bases=bases, variants=variants, tokenizers=tokenizers)
    assert [role(recipe, name) for name in variants] == ["random", "scratch", "scratch", "adapted"]
    assert role(recipe, "hub") == "base"
    assert role(recipe, "majority") == "baseline"
    assert started_from(recipe, "trained") == "untrained"
    assert started_from(recipe, "other") is None, "with another tokenizer it is another model"
    assert started_from(recipe, "untrained") is None
    assert started_from(recipe, "continued") == "hub"
