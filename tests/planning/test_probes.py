"""What probes will take is said before they run, from what suites say of their size."""

import json
from pathlib import Path

import pytest

from maskzoo.cli import main
from maskzoo.devices import Device
from maskzoo.models.common.flops import step_flops
from maskzoo.paths import Layout
from maskzoo.planning.probes import planned_probes
from maskzoo.planning.shapes import empty_model, shape, vocabulary
from maskzoo.recipe.load import read_recipe

from ..conftest import ROOT

BENCH = Device("x", "X", "fp32", 1e9, ((100, 0.5),), 1e10, ())
LAYOUT = Layout(Path("results"), "small", "general")


def test_copies_and_operations_are_those_by_hand() -> None:
    recipe = read_recipe(ROOT / "domains/general", "small")
    by_name = {one.suite: one for one in planned_probes(recipe, LAYOUT, BENCH)}
    blimp = by_name["blimp"]
    assert (blimp.models, blimp.items) == (1, 67 * 20)
    assert blimp.copies == 67 * 20 * 2 * 12, "two sentences of eight words, twelve tokens"
    model = empty_model(shape(recipe, "fresh", LAYOUT), vocabulary(recipe, "general", LAYOUT))
    each = step_flops(model, windows=1, length=14, predicted=1, backward=False)
    assert blimp.flops == pytest.approx(blimp.copies * each)
    assert blimp.hours == pytest.approx(blimp.flops / 0.5e9 / 3600)
    assert by_name["pseudo_perplexity"].items == 60


def test_more_pairs_and_more_seeds_take_more_in_proportion() -> None:
    recipe = read_recipe(ROOT / "domains/general", "small")
    seeds = recipe.seeds.model_copy(update={"pretraining": (0, 1, 2)})
    larger = {name: suite.model_copy(update={"limit": 40}) for name, suite in recipe.probes.items()}
    once = {one.suite: one for one in planned_probes(recipe, LAYOUT, BENCH)}["blimp"]
    more = {
        one.suite: one
        for one in planned_probes(recipe.model_copy(update={"seeds": seeds, "probes": larger}), LAYOUT, BENCH)
    }["blimp"]
    assert more.models == 3
    assert more.flops == pytest.approx(6 * (once.flops or 0))


def test_a_suite_that_does_not_say_how_large_it_is_is_named_without_a_number() -> None:
    recipe = read_recipe(ROOT / "domains/general", "small")
    unsaid = {"blimp": recipe.probes["blimp"].model_copy(update={"size": None})}
    (found,) = planned_probes(recipe.model_copy(update={"probes": unsaid}), LAYOUT, BENCH)
    assert (found.models, found.items, found.hours) == (1, None, None)


def test_the_plan_says_what_probes_take(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", str(ROOT / "domains/general")]) == 0
    printed = capsys.readouterr().out
    row = next(line for line in printed.splitlines() if line.startswith("planted_errors"))
    assert row.split()[1:4] == ["1", "180", "8,640"]
    assert main(["plan", str(ROOT / "domains/general"), "--json"]) == 0
    assert [one["suite"] for one in json.loads(capsys.readouterr().out)["probes"]] == [
        "pseudo_perplexity",
        "planted_errors",
    ]
