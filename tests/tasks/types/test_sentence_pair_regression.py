"""How alike two sentences are: read, learnt, answered and held against people's numbers by rank."""

import random
from pathlib import Path

import pytest
from pydantic import ValidationError

from maskzoo.errors import UserError
from maskzoo.recipe.finetuning import Finetuning
from maskzoo.tasks.baselines import names_for
from maskzoo.tasks.finetune import Start, finetune
from maskzoo.tasks.fit_baseline import fit_baseline
from maskzoo.tasks.task_data import prepare_task, read_task
from tests.tasks.made import COLOURS, make_task, reader, record


def likeness_task(**changes):
    values = {"type": "sentence_pair_regression", "metric": "spearman", "pair": "second", "label": "likeness"}
    return make_task(**{**values, **changes})


def records(number, **fields):
    """Two lists of colours, and how many they share."""
    chance = random.Random(0)
    found = []
    for place in range(number):
        first, second = (chance.sample(COLOURS, 2) for _ in range(2))
        text = " ".join(["the", *first, "party", str(place)])
        likeness = str(len({*first} & {*second}))
        found.append(record(text, number=place, second=" ".join(second), likeness=likeness, **fields))
    return found


def test_a_model_learns_it_and_is_held_against_the_mean(tiny_bert: Path, tmp_path: Path):
    prepare_task(likeness_task(), reader(all=records(80)), tmp_path / "likeness", where="here")
    task = read_task(tmp_path / "likeness")
    assert task.unit == "points"
    assert task.train.gold.shape == (len(task.train), 1)
    assert all(task.train.pairs)
    settings = Finetuning(epochs=1, max_length=24)
    result = finetune("base", task, settings, {0: Start(tiny_bert, None)}, tmp_path / "m")
    assert set(result["seeds"][0]["test"]) == {"spearman", "rmse", "mae", "r2"}
    assert -1 <= result["seeds"][0]["test"]["spearman"] <= 1
    assert "mean" in names_for("sentence_pair_regression", "text")
    assert fit_baseline("mean", task, tmp_path / "b")["seeds"][0]["test"]["spearman"] == 0


def test_the_model_reads_both_texts_in_one_input(tmp_path: Path):
    from maskzoo.tasks import types
    from tests.tasks.made import wordpiece

    prepare_task(likeness_task(), reader(all=records(40)), tmp_path / "t", where="here")
    task, tokenizer = read_task(tmp_path / "t"), wordpiece()
    encoded = types.load(task.type).task_model(task).encode(task.test, tokenizer, limit=64)
    ids = tokenizer(task.test.texts[0], task.test.pairs[0])["input_ids"]
    assert encoded.input_ids[0] == ids


def test_missing_numbers_are_left_out_and_words_refused(tmp_path: Path):
    few = [*records(60), record("no number", number=70, second="red", likeness="N/A")]
    removed = prepare_task(likeness_task(), reader(all=few), tmp_path / "t", where="here")["removed"]
    assert removed["no_label"] == 1
    few = [record("a", number=9, second="red", likeness="much")]
    with pytest.raises(UserError, match=r"made\.jsonl#9\): likeness is 'much'; expected a number"):
        prepare_task(likeness_task(), reader(all=few), tmp_path / "u", where="here")


def test_what_it_needs_is_told():
    with pytest.raises(ValidationError, match="sentence_pair_regression needs `pair`, the field that holds the second"):
        likeness_task(pair=None)
    with pytest.raises(ValidationError, match="metric 'mcc' does not fit sentence_pair_regression: spearman or rmse"):
        likeness_task(metric="mcc")
    with pytest.raises(ValidationError, match="`pivot` is for multi_label or regression, not for sentence_pair"):
        likeness_task(pivot={"id": "a", "label": "b"})
