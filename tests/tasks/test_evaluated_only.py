"""Data that is only evaluated: models are asked as they were pretrained, where a type allows that."""

import random
from pathlib import Path

import pytest
from pydantic import ValidationError

from maskzoo.errors import UserError
from maskzoo.recipe.finetuning import Finetuning
from maskzoo.recipe.task import TaskData
from maskzoo.tasks.baselines import names_for
from maskzoo.tasks.finetune import Start, finetune
from maskzoo.tasks.fit_baseline import fit_baseline
from maskzoo.tasks.task_data import prepare_task, read_task
from tests.tasks.made import FILLER, make_task, reader, record, source

TEST_ALONE = TaskData(test=source())


def retrieval_task():
    return make_task(type="retrieval", label=None, pair="second", metric="mrr", data=TEST_ALONE)


def pairs(number):
    chance = random.Random(0)
    texts = [" ".join(chance.choices(FILLER, k=8)) for _ in range(2 * number)]
    return [record(texts[place], number=place, second=texts[-place - 1]) for place in range(number)]


def test_a_model_and_the_baseline_that_learns_nothing_answer_a_test_split_alone(tiny_bert: Path, tmp_path: Path):
    information = prepare_task(retrieval_task(), reader(test=pairs(12)), tmp_path / "found", where="here")
    assert information["counts"] == {"train": 0, "validation": 0, "test": 12}
    task = read_task(tmp_path / "found")
    settings = retrieval_task().finetuning_under(Finetuning(epochs=4))
    assert settings.epochs == 0
    result = finetune("base", task, settings, {0: Start(tiny_bert, None), 1: Start(tiny_bert, None)}, tmp_path / "r")
    assert [seed["validation"] for seed in result["seeds"]] == [{}, {}]
    assert 0 < result["seeds"][0]["test"]["mrr"] <= 1
    assert names_for("retrieval", "text", trained=False) == ["random_order"]
    assert fit_baseline("random_order", task, tmp_path / "b")["seeds"][0]["validation"] == {}
    with pytest.raises(UserError, match="task 'found' has nothing to train on; expected epochs: 0"):
        finetune("base", task, Finetuning(), {0: Start(tiny_bert, None)}, tmp_path / "again")


def test_pieces_can_be_filled_in_without_training(tiny_bert: Path, tmp_path: Path):
    task = make_task(type="cloze", label=None, spans="spans", metric="cloze_accuracy", data=TEST_ALONE)
    records = [record("the party shall pay red", number=n, spans='[[20, 23, "colour"]]') for n in range(3)]
    prepare_task(task, reader(test=records), tmp_path / "t", where="here")
    start = {0: Start(tiny_bert, None)}
    result = finetune("base", read_task(tmp_path / "t"), task.finetuning_under(None), start, tmp_path / "r")
    assert result["counts"]["test"] == 3
    assert result["seeds"][0]["best_epoch"] == 0


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "sequence_classification"),
        ({"type": "regression", "metric": "mae", "unit": "points"}, "regression"),
        ({"type": "token_classification", "label": None, "metric": "entity_f1"}, "token_classification"),
    ],
)
def test_types_with_a_head_to_train_are_refused(changes, kind):
    with pytest.raises(ValidationError, match=f"data without `train`: {kind} has a head that must be trained"):
        make_task(data=TEST_ALONE, **changes)


def test_an_empty_test_split_is_refused_all_the_same(tmp_path: Path):
    with pytest.raises(UserError, match="the test split is empty"):
        prepare_task(retrieval_task(), reader(test=[]), tmp_path / "t", where="here")
