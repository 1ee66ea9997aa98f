"""The page and the picture of a study, from runs whose outcome is known."""

from pathlib import Path

import pytest

from maskzoo.recipe.load import read_recipe
from maskzoo.recipe.study import Study
from maskzoo.reporting.pictures.cells import draw
from maskzoo.studies.measures import Trial
from maskzoo.studies.table import outcome, page, ranked
from tests.conftest import ROOT

TASKS = {
    "entities": read_recipe(ROOT / "domains/legal").tasks["entities"],
    "esol": read_recipe(ROOT / "domains/smiles", "small").tasks["esol"],
}
LOSSES = {"full": (4.0, 4.1, 4.2), "lora": (4.2, 4.301, 4.399), "tiny": (4.02, 4.06, 4.22), "best": (3.9, 4.001, 4.1)}


def _study(**changed):
    return Study(
        name="ways",
        file=Path("studies/ways.yaml"),
        title="Ways to adapt",
        question="Which way?",
        domain="legal",
        scale="small",
        variant="adapted",
        seeds=(0, 1, 2),
        grid={"way": dict.fromkeys(LOSSES)},
        **{"budget": {"flops": 1e12}, "tasks": ("entities",), **changed},
    )


def _runs(*, forgotten=True, restored=True):
    return [
        Trial(
            cell=cell, seed=seed, loss=loss, bits_per_byte=1.0, steps=10, tokens=1000, flops=1e12, seconds=60.0,
            trained=1000 if cell == "lora" else 1_000_000, stored=4000,
            tasks={"entities": 0.5 + loss / 100, "esol": loss},
            adapted=cell == "lora", forgotten=0.1 * loss if forgotten else None,
            restored=restored if forgotten and cell == "lora" else None, restored_on=20,
        )
        for cell, losses in LOSSES.items()
        for seed, loss in enumerate(losses)
    ]  # fmt: skip


def test_what_wins_by_how_much_and_what_is_noise():
    text = page(outcome(_study(), _runs(), [], TASKS))
    assert "`best` by 0.100 is better than `full`." in text
    assert "`lora` by 0.200 is worse than `full`." in text
    assert "What `tiny` did differently from `full` cannot be told from noise." in text
    rows = [line.split(" | ")[0] for line in text.splitlines() if line.startswith("| `")]
    assert rows == ["| `best`", "| `tiny`", "| `full`", "| `lora`"], "the best first"
    assert "4 cells of 3 seeds, each with a budget of 1e+12 flops" in text
    assert "Not finished" not in text


def test_tasks_are_judged_by_their_own_metric_and_its_direction():
    found = outcome(_study(tasks=("entities", "esol")), _runs(), [], TASKS)
    verdicts = {cell["cell"]: {name: by["verdict"] for name, by in cell["by"].items()} for cell in found["cells"]}
    assert verdicts["lora"] == {"loss": "worse", "entities": "better", "esol": "worse"}
    text = page(found)
    assert "By esol, RMSE in log10 mol/L: `best` by 0.100 is better than `full`." in text
    assert "By entities, entity F1: `lora` by 0.002 is better than `full`." in text


def test_without_pretraining_nothing_is_said_of_a_loss(tmp_path):
    found = outcome(_study(budget={"steps": 0}, tasks=("entities", "esol")), _runs(forgotten=False), [], TASKS)
    text = page(found)
    header = next(line for line in text.splitlines() if line.startswith("| cell"))
    assert "loss" not in header
    assert "FLOPs" not in header
    rows = [line.split(" | ")[0] for line in text.splitlines() if line.startswith("| `")]
    assert (rows[0], rows[-1]) == ("| `lora`", "| `best`"), "the best first, by the first task"
    assert "all fine-tuned from one pretrained model" in text
    draw(found, ranked(found), tmp_path / "study.svg")
    picture = (tmp_path / "study.svg").read_text()
    assert "RMSE in log10 mol/L" in picture
    assert "(lower is better)" in picture
    assert "FLOPs" not in picture


def test_a_cell_that_lacks_a_seed_is_named_and_not_compared():
    runs = [run for run in _runs() if (run.cell, run.seed) != ("lora", 2)]
    found = outcome(_study(), runs, ["lora, seed 2"], TASKS)
    assert [cell["cell"] for cell in found["cells"]] == ["full", "tiny", "best"]
    assert "Not finished: lora, seed 2." in page(found)


def test_the_page_says_what_is_left_of_an_adapter_that_was_taken_off():
    def column(text):
        lines = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
        place = lines[0].index("with its adapter taken off")
        return {line[0]: line[place] for line in lines[2:]}

    study = _study(forgetting="general")
    text = page(outcome(study, _runs(), [], TASKS))
    assert column(text) == {"`lora`": "0, bit for bit", **dict.fromkeys(("`full`", "`tiny`", "`best`"), "has none")}
    assert "read 20 test documents of `general`: every state and logit has the same bits in all 3 runs" in text
    text = page(outcome(study, _runs(restored=False), [], TASKS))
    assert column(text)["`lora`"] == "NOT THE BASE"
    assert "outputs differ for `lora`." in text
    text = page(outcome(study, _runs(restored=None), [], TASKS))
    assert column(text)["`lora`"] == "not looked at"
    assert "disabled" not in text
    assert "taken off" not in page(outcome(_study(), _runs(forgotten=False), [], TASKS))


def test_another_reference_is_taken_where_the_study_names_one():
    found = outcome(_study(reference="best"), _runs(), [], TASKS)
    assert {cell["cell"]: cell["by"]["loss"]["verdict"] for cell in found["cells"]}["full"] == "worse"


@pytest.mark.parametrize("forgotten", [True, False])
@pytest.mark.parametrize("key", [None, "trained", "flops"])
def test_the_picture_has_a_panel_for_all_that_was_measured_and_differs(tmp_path, forgotten, key):
    found = outcome(_study(), _runs(forgotten=forgotten), [], TASKS)
    for place, cell in enumerate(found["cells"]):
        cell |= {"trained": 1000, "flops": 1e12}
        if key:
            cell[key] *= 1 + place
    draw(found, ranked(found), tmp_path / "study.svg")
    text = (tmp_path / "study.svg").read_text()
    assert (">Trainable parameters<" in text) == (key == "trained")
    assert (">Compute<" in text) == (key == "flops")
    assert (">Forgetting<" in text) == forgotten
    for cell in LOSSES:
        assert f">{cell}<" in text
