"""What a stage is made from: commands write it down and refuse what another recipe left; rules make that again."""

import json
from types import SimpleNamespace

import pytest

from maskzoo import stages
from maskzoo.cli import main
from maskzoo.files import write_json
from maskzoo.paths import Layout
from maskzoo.recipe.load import read_recipe
from maskzoo.workflow.zoo import Zoo

TASK = "results/demo/legal/tasks/clause_type/task.json"


def edit(zoo, old, new):
    file = zoo / "domains/legal/domain.yaml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


@pytest.fixture
def simulated(zoo):
    """The zoo with the simulated documents of legal and its tasks."""
    edit(zoo, "documents: 1500, seed", "documents: 60, seed")
    assert main(["simulate", "domains/legal"]) == 0
    assert main(["tasks", "domains/legal"]) == 0
    return zoo


def test_every_task_says_which_slice_of_the_recipe_it_is_made_from(simulated):
    recipe = read_recipe(simulated / "domains/legal")
    for name in recipe.tasks:
        said = stages.recipe_in(Layout(simulated / "results", "demo", "legal").task(name) / "task.json")
        assert said == stages.asked("tasks", recipe, task=name)
        assert "finetuning" not in said[f"tasks.{name}"]


def test_a_command_refuses_what_another_recipe_left_and_says_what_mends_it(simulated, capsys):
    edit(simulated, "label: label\n        metric", "label: label\n        limit: {train: 50}\n        metric")
    assert main(["corpus", "domains/legal"]) == 2
    said = capsys.readouterr().err
    assert f"{TASK}: was made from another recipe (tasks.clause_type.limit.train: null, now 50)" in said
    assert "run: maskzoo tasks domains/legal --task clause_type --scale demo --results results" in said
    assert len(said.strip().splitlines()) == 1
    assert main(["tasks", "domains/legal", "--task", "clause_type"]) == 0
    assert main(["corpus", "domains/legal"]) == 0


def test_a_rule_makes_again_what_another_recipe_left_whoever_made_it(simulated):
    job = SimpleNamespace(domain="legal", scale="demo", task="clause_type")

    def forced():
        found = []
        Zoo(force=found.append).inputs("tasks")(job)
        return found

    assert forced() == []
    edit(simulated, "label: label\n        metric", "label: label\n        limit: {train: 50}\n        metric")
    assert forced() == [TASK]
    assert main(["tasks", "domains/legal"]) == 0
    assert forced() == []


def test_results_of_a_stage_that_has_changed_do_not_mix_in(simulated, monkeypatch):
    job = SimpleNamespace(domain="legal", scale="demo", task="clause_type")
    monkeypatch.setitem(stages.VERSIONS, "tasks", stages.VERSIONS["tasks"] + 1)
    found = []
    Zoo(force=found.append).inputs("tasks")(job)
    assert found == [TASK]


@pytest.mark.parametrize("command", [["finetune", "--task", "clause_type"], ["probe"], ["score"]])
def test_a_checkpoint_of_another_recipe_is_not_measured(simulated, capsys, command):
    recipe = read_recipe(simulated / "domains/legal")
    run = Layout(simulated / "results", "demo", "legal").run("adapted", recipe.seeds.pretraining[0]) / "run.json"
    write_json(run, {"provenance": {"recipe": stages.asked("pretrain", recipe, variant="adapted")}})
    name, *more = command
    arguments = [name, "domains/legal", *more, "--model", "adapted"]
    assert main(arguments) == 2
    assert "was made from another recipe" not in capsys.readouterr().err, "it is of this one, and there is no model yet"
    edit(simulated, "training: {steps: 200,", "training: {steps: 300,")
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert "run.json: was made from another recipe (variants.adapted.training.steps: 200, now 300)" in said
    assert "run: maskzoo pretrain domains/legal --variant adapted --seed 0 --scale demo" in said


def test_a_damaged_record_is_no_record_and_no_traceback(simulated, capsys):
    (simulated / TASK).write_text('{"provenance": ')
    assert stages.recipe_in(simulated / TASK) is None
    assert main(["baseline", "domains/legal", "--task", "clause_type"]) == 2
    said = capsys.readouterr().err
    assert f"{TASK}: is damaged, no whole JSON; remove it and run again" in said
    assert len(said.strip().splitlines()) == 1


@pytest.mark.parametrize("stage", stages.SLICES)
def test_a_slice_is_plain_json_and_the_same_when_it_is_read_again(zoo, stage):
    recipe = read_recipe(zoo / "domains/legal")
    names = {"task": "entities", "tokenizer": "legal", "tokens": "legal", "variant": "adapted", "model": "adapted"}
    found = stages.asked(stage, recipe, **names)
    assert json.loads(json.dumps(found)) == found
