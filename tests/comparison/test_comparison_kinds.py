"""From the files that stages leave to a table, for types whose predictions are rows of numbers with holes."""

import random

import pytest

from maskzoo.comparison.compare import compared, read_task
from maskzoo.comparison.table import by_target, task_table
from maskzoo.tasks import baselines
from maskzoo.tasks.fit_baseline import fit_baseline
from maskzoo.tasks.task_data import prepare_task
from maskzoo.tasks.task_data import read_task as read_prepared
from tests.tasks.made import COLOURS, FILLER, make_task, reader, record


def sentences(count: int = 300):
    """Each with some colours: whether red and green are there, how many colours there are, and holes."""
    chance = random.Random(0)
    records = []
    for number in range(count):
        words = [*chance.choices(FILLER, k=6), *chance.choices(COLOURS, k=chance.randint(0, 4))]
        chance.shuffle(words)
        cells = {colour: str(int(colour in words)) for colour in ("red", "green")}
        if number % 5 == 0:
            cells["green"] = ""
        count_of = str(sum(word in COLOURS for word in words))
        marks = {"mark": "<" if number % 7 == 0 else "="}
        records.append(
            record(" ".join(words), number=number, many=count_of, reds=str(words.count("red")), **cells, **marks)
        )
    return records


TASKS = {
    "multi_label": make_task(type="multi_label", label=("red", "green"), metric="roc_auc"),
    "regression": make_task(
        type="regression", label=("many", "reds"), metric="rmse", unit="colours", censored="mark", title="Counts"
    ),
}


@pytest.mark.parametrize("kind", TASKS)
def test_baselines_are_fitted_compared_and_shown(kind, tmp_path):
    task = TASKS[kind]
    prepare_task(task, reader(all=sentences()), tmp_path / "tasks" / kind, where="made")
    prepared = read_prepared(tmp_path / "tasks" / kind)
    names = baselines.names_for(kind, "text")
    assert len(names) >= 2, "the simplest answer, and one that learns"
    for name in names:
        fit_baseline(name, prepared, tmp_path / "evaluation" / kind / name)
    scored = read_task(tmp_path, kind, [])
    assert [entry.model.name for entry in scored] == sorted(names)
    panel = compared(scored, None, resamples=200, lower_is_better=task.lower_is_better)
    simplest = next(model for model in panel["models"] if model["name"] in ("majority", "mean"))
    assert panel["best"] != simplest["name"]
    for model in panel["models"]:
        assert model["interval"][0] <= model["mean"] <= model["interval"][1]
        assert set(model["by_target"]) == set(prepared.labels)
    about = {"title": task.title, "metric": task.metric, "unit": getattr(task, "unit", None), **panel}
    assert ("RMSE in colours, lower is better" in task_table(about)) == (kind == "regression")
    assert all(f"| {target} |" in by_target(about) for target in prepared.labels)
