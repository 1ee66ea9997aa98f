"""Numbers in their unit: transforms, several targets, missing values, bounds, and standardising from training alone."""

import json
import math
import random

import numpy as np
import pyarrow.parquet as pq
import pytest

from maskzoo.errors import UserError
from maskzoo.recipe.finetuning import Finetuning
from maskzoo.tasks import types
from maskzoo.tasks.common.cells import Pivot
from maskzoo.tasks.finetune import Start, finetune
from maskzoo.tasks.task_data import PreparedTask, Split, prepare_task, read_task
from tests.tasks.made import COLOURS, FILLER, make_task, reader, record

WORTH = {"red": 40.0, "green": 10.0, "blue": -20.0, "amber": 0.0}


def task_of(**changes):
    return make_task(**{"type": "regression", "label": "value", "metric": "rmse", "unit": "points", **changes})


def valued(count: int = 500, **fields):
    """Sentences whose value is the sum of the worths of the colours in them, far from zero."""
    chance = random.Random(0)
    records = []
    for number in range(count):
        words = chance.choices(FILLER, k=chance.randint(4, 10))
        held = chance.choices(COLOURS, k=chance.randint(0, 2))
        for colour in held:
            words.insert(chance.randrange(len(words)), colour)
        records.append(record(" ".join(words), number=number, value=str(1000 + sum(WORTH[c] for c in held)), **fields))
    return records


def prepared(task, folder, **parts) -> tuple[PreparedTask, dict]:
    prepare_task(task, reader(**parts), folder, where="made")
    return read_task(folder), json.loads((folder / "task.json").read_text())


def test_values_come_back_in_their_unit(tmp_path):
    records = valued(200)
    task, information = prepared(task_of(), tmp_path / "t", all=records)
    assert (task.unit, task.sign, information["unit"]) == ("points", -1, "points")
    value = {item.text: float(item.fields["value"]) for item in records}
    assert [value[text] for text in task.test.texts] == task.test.gold[:, 0].tolist()


def test_log10_is_taken_first_and_needs_something_above_zero(tmp_path):
    records = [record(f"peptide {n}", number=n, value=str(10.0 ** (n % 4))) for n in range(80)]
    task, _ = prepared(task_of(transform="log10", unit="log10 nM"), tmp_path / "t", all=records)
    assert set(np.unique(task.train.gold)) == {0, 1, 2, 3}
    with pytest.raises(UserError, match=r"made\.jsonl#9\): value is '0', which has no logarithm"):
        prepared(task_of(transform="log10"), tmp_path / "u", all=[record("x", number=9, value="0")])


@pytest.mark.parametrize("value", ["much", "inf", "1,5"])
def test_what_is_no_number_is_refused_with_its_place(tmp_path, value):
    with pytest.raises(UserError, match=rf"made\.jsonl#4\): value is '{value}'; expected a number"):
        prepared(task_of(), tmp_path / "t", all=[record("x", number=4, value=value)])


def test_a_bound_is_kept_apart_from_what_is_measured(tmp_path):
    records = [record(f"peptide {n}", number=n, value=str(n), mark=("=", "", "<", ">")[n % 4]) for n in range(120)]
    task, information = prepared(task_of(censored="mark"), tmp_path / "t", all=records)
    for split in (task.train, task.validation, task.test):
        for text, gold, bound, side in zip(
            split.texts, split.gold[:, 0], split.parts["bounds"][:, 0], split.parts["sides"][:, 0], strict=True
        ):
            number = int(text.split()[-1])
            if number % 4 < 2:
                assert gold == number
                assert math.isnan(bound)
            else:
                assert math.isnan(gold)
                assert (bound, side) == (number, -1 if number % 4 == 2 else 1)
    counted = information["label_counts"]
    assert sum(counts["value"] for counts in counted.values()) == 60
    assert sum(counts["value (bounds)"] for counts in counted.values()) == 60
    with pytest.raises(UserError, match=r"mark is '~'; expected <, > or ="):
        prepared(task_of(censored="mark"), tmp_path / "u", all=[record("x", value="1", mark="~")])


def test_a_target_without_two_values_in_training_is_refused(tmp_path):
    with pytest.raises(UserError, match="target 'value' has 1 different values in the train split"):
        prepared(task_of(), tmp_path / "t", all=[record(f"x {n}", value="3") for n in range(60)])


def test_several_targets_come_from_a_long_table_with_holes(tmp_path):
    rows = [
        record(f"peptide {n}", number=n, allele=f"A{k}", value=str(n * 10 + k))
        for n in range(90)
        for k in range(3)
        if (n + k) % 3
    ]
    for row in rows:
        row.fields["id"] = row.text
    pivot = Pivot(id="id", label="allele", value="value")
    task, _ = prepared(task_of(label=None, pivot=pivot), tmp_path / "t", all=rows)
    assert task.labels == ["A0", "A1", "A2"]
    for text, row in zip(task.train.texts, task.train.gold, strict=True):
        number = int(text.split()[-1])
        wanted = [number * 10 + k if (number + k) % 3 else np.nan for k in range(3)]
        np.testing.assert_array_equal(row, wanted)


def test_a_bound_costs_only_on_its_wrong_side_and_a_missing_value_nowhere():
    import torch

    from maskzoo.tasks.losses import bounded_squared_loss

    class Outputs:
        # exact, at most 1 (below, above), at least 1 (above, below), missing
        logits = torch.tensor([[3.0], [0.0], [2.0], [5.0], [0.5], [9.0]], requires_grad=True)

    values = torch.tensor([[1.0], [1.0], [1.0], [1.0], [1.0], [float("nan")]])
    sides = torch.tensor([[0.0], [-1.0], [-1.0], [1.0], [1.0], [0.0]])
    loss = bounded_squared_loss(Outputs, torch.stack([values, sides], dim=1))
    loss.backward()
    assert loss.item() == pytest.approx((4 + 0 + 1 + 0 + 0.25) / 5)
    gradient = Outputs.logits.grad[:, 0].tolist()
    assert gradient[1] == gradient[3] == gradient[5] == 0
    assert gradient[0] > 0
    assert gradient[2] > 0, "above what it can be at most: pushed down"
    assert gradient[4] < 0, "below what it must be at least: pushed up"


def test_standardising_knows_the_training_values_alone():
    train = Split(["0", "1", "2"], ["a", "b", "c"], np.array([[2.0, 5.0], [4.0, np.nan], [np.nan, 9.0]]))
    other = Split(["3"], ["d"], np.array([[1000.0, -1000.0]]))
    task = PreparedTask("t", "regression", "rmse", ["x", "y"], train, other, other, "", unit="points")
    task_model = types.load("regression").task_model(task)
    assert task_model.mean.tolist() == [3, 7]
    assert task_model.deviation.tolist() == [1, 2]
    assert task_model.targets(other)[0].tolist() == [[997, -503.5], [0, 0]]
    back = task_model.decode([np.array([997, -503.5], dtype=np.float32)], other, None)
    assert back.predicted.tolist() == [[1000, -1000]]


def test_a_model_learns_values_and_reports_its_error_in_the_unit(tiny_bert, tmp_path):
    task, _ = prepared(task_of(), tmp_path / "t", all=valued())
    settings = Finetuning(epochs=6, batch_size=16, learning_rate=(1e-7, 5e-3), max_length=32)
    entry = finetune("tiny", task, settings, {0: Start(tiny_bert, 0)}, tmp_path / "out")["seeds"][0]
    spread = float(np.std(task.test.gold))
    assert entry["test"]["rmse"] < 0.7 * spread, "answering the mean errs by one standard deviation"
    assert entry["hyperparameters"]["learning_rate"] == 5e-3, "the rate with the smaller error is the better one"
    tried = entry["details"]["validation_by_learning_rate"]
    assert 0 < tried["0.005"] < tried["1e-07"]
    course = entry["details"]["validation_by_epoch"]
    assert entry["best_epoch"] == course.index(min(course)) + 1
    table = pq.read_table(tmp_path / "out" / "predictions.parquet").to_pydict()
    gaps = np.array(table["gold"]) - np.array(table["predicted"])
    assert entry["test"]["rmse"] == pytest.approx(float(np.sqrt(np.mean(gaps**2))))
    assert {"mae", "r2", "spearman"} <= entry["test"].keys()
