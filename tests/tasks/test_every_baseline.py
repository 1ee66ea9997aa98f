"""What holds for every classical baseline that there is, and so for the next one that is added."""

import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from maskzoo import registry
from maskzoo.recipe.task import metrics_of
from maskzoo.tasks.baselines import load, names_for
from maskzoo.tasks.judging import judge
from tests.tasks.every import prepared

BASELINES = registry.names("baselines")
MATERIALS = registry.own_names("materials")
CASES = [
    (name, kind, material)
    for kind in registry.names("tasks")
    for material in MATERIALS
    for name in names_for(kind, material)
    # of materials that a baseline is not made for alone, text stands for all
    if material == "text" or len(getattr(registry.load("baselines", name), "MATERIALS", ())) == 1
]


def test_every_baseline_fits_something():
    assert {name for name, _, _ in CASES} == set(BASELINES)


@pytest.mark.parametrize("name", BASELINES)
def test_a_baseline_says_what_it_is_and_what_it_fits(name: str):
    module: Any = registry.load("baselines", name)
    assert module.__doc__
    assert module.TITLE
    assert set(module.TYPES) <= set(registry.names("tasks"))
    assert set(getattr(module, "MATERIALS", ())) <= set(MATERIALS)


@pytest.mark.parametrize(("name", "kind", "material"), CASES)
def test_it_answers_every_example_twice_the_same_and_sees_no_test(name: str, kind: str, material: str, tmp_path: Path):
    if material == "smiles":
        pytest.importorskip("rdkit")
    _, task = prepared(kind, tmp_path, material=material, metric=_metric(kind, material))
    blind = replace(task, test=replace(task.test, gold=None, tokens=[], parts={}))
    first, second = (load(name, material).fit(one).predict(task.test) for one in (task, blind))
    assert len(first.predicted) == len(task.test)
    assert all(np.array_equal(a, b) for a, b in zip(first.predicted, second.predicted, strict=True))
    values = judge(task, task.test, first)
    assert next(iter(values)) in metrics_of(kind)
    assert all(math.isfinite(value) for value in values.values())


def _metric(kind: str, material: str) -> str:
    """One that the type has for a material: residues are no chunks."""
    residues = kind == "token_classification" and material == "protein"
    return "token_accuracy" if residues else registry.load("tasks", kind).METRICS[0]


def test_no_baseline_needs_torch():
    code = "import sys; from maskzoo import registry; registry.load_all('baselines'); assert 'torch' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0
