"""What holds for every task type that there is, and so for the next one that is added."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from maskzoo import registry
from maskzoo.recipe.finetuning import Finetuning
from maskzoo.recipe.task import Task, answers_untrained, metrics_of
from maskzoo.tasks import metrics, types
from maskzoo.tasks.baselines import names_for
from maskzoo.tasks.finetune import Start, finetune
from maskzoo.tasks.fit_baseline import fit_baseline
from tests.tasks.every import prepared

TYPES = registry.names("tasks")
FUNCTIONS = (
    *("read", "complete", "labels", "counts", "check", "columns", "restore", "prediction_columns", "references"),
    "task_model",
)
SETTINGS = Finetuning(epochs=1, batch_size=16, max_length=36, learning_rate=1e-3)


@pytest.mark.parametrize("name", TYPES)
def test_a_type_says_everything_itself(name: str):
    module: Any = registry.load("tasks", name)
    assert module.__doc__
    assert all(callable(getattr(module, function)) for function in FUNCTIONS)
    assert issubclass(module.Settings, Task)
    own = set(module.Settings.model_fields) - set(Task.model_fields)
    assert all(module.Settings.model_fields[key].description for key in own), "the reference is written from them"
    assert set(module.OPTIONS) <= set(Finetuning.model_fields)
    assert module.METRICS
    assert set(metrics_of(name)) <= set(registry.names("metrics"))
    assert names_for(name, "text"), "an encoder that nothing is held against has earned nothing"
    assert isinstance(module.HUB_TASK, str)


@pytest.mark.parametrize("name", TYPES)
def test_what_is_prepared_is_read_back_and_the_same_again(name: str, tmp_path: Path):
    task, read = prepared(name, tmp_path / "a")
    assert len(read.train) + len(read.validation) + len(read.test) >= 80
    assert read.sha256 == prepared(name, tmp_path / "b", metric=task.metric)[1].sha256
    kind = types.load(name)
    reads = metrics.reads(read.metric)
    assert len(kind.references(read.test.gold, read.labels, reads)) == len(read.test)


@pytest.mark.parametrize("name", TYPES)
def test_a_model_learns_it_and_its_predictions_give_the_reported_metric(name: str, tiny_bert: Path, tmp_path: Path):
    _, task = prepared(name, tmp_path)
    start = {3: Start(tiny_bert, None)}
    found = finetune("base", task, SETTINGS, start, tmp_path / "m")
    assert found["seeds"][0]["best_epoch"] == 1
    _holds_what_it_says(task, found, tmp_path / "m")
    finetune("base", task, SETTINGS, start, tmp_path / "again")
    tables = [pq.read_table(tmp_path / folder / "predictions.parquet") for folder in ("m", "again")]
    assert tables[0].equals(tables[1]), "a seed says everything that chance decides"


@pytest.mark.parametrize("name", TYPES)
def test_every_classical_baseline_answers_it(name: str, tmp_path: Path):
    _, task = prepared(name, tmp_path)
    for baseline in names_for(name, "text"):
        _holds_what_it_says(task, fit_baseline(baseline, task, tmp_path / baseline), tmp_path / baseline)


@pytest.mark.parametrize("name", [name for name in TYPES if answers_untrained(name)])
def test_what_needs_no_training_is_answered_without(name: str, tiny_bert: Path, tmp_path: Path):
    _, task = prepared(name, tmp_path)
    found = finetune("base", task, Finetuning(epochs=0, max_length=36), {0: Start(tiny_bert, None)}, tmp_path / "m")
    assert found["seeds"][0]["best_epoch"] == 0
    _holds_what_it_says(task, found, tmp_path / "m")


def _holds_what_it_says(task, results, folder: Path) -> None:
    """The task's metric, computed anew from predictions.parquet, is the one in results.json."""
    side = metrics.reads(task.metric)
    columns = pq.read_table(folder / "predictions.parquet").to_pydict()
    assert columns["id"] == task.test.ids
    references = types.load(task.type).references(columns["gold"], task.labels, side)
    sample = metrics.load(task.metric).sample(references, [columns[side]])
    assert np.allclose(sample.values, results["seeds"][0]["test"][task.metric], atol=1e-6)
