"""Several labels an example: cells may be missing, which cost nothing, count nowhere, and stay missing in files."""

import json
import random

import numpy as np
import pyarrow.parquet as pq
import pytest

from maskzoo.errors import UserError
from maskzoo.recipe.finetuning import Finetuning
from maskzoo.tasks import metrics
from maskzoo.tasks.common.cells import Pivot
from maskzoo.tasks.finetune import Start, finetune
from maskzoo.tasks.task_data import PreparedTask, prepare_task, read_task
from tests.tasks.made import COLOURS, FILLER, make_task, reader, record

LABELS = COLOURS[:3]


def task_of(**changes):
    return make_task(**{"type": "multi_label", "label": LABELS, "metric": "roc_auc", **changes})


def coloured(count: int = 600, *, missing: float = 0.3):
    """Sentences with any of three colours; a share of the cells is empty."""
    chance = random.Random(0)
    records = []
    for number in range(count):
        words = chance.choices(FILLER, k=chance.randint(4, 10))
        held = [colour for colour in LABELS if chance.random() < 0.4]
        for colour in held:
            words.insert(chance.randrange(len(words)), colour)
        cells = {c: "" if chance.random() < missing else str(int(c in held)) for c in LABELS}
        records.append(record(" ".join(words), number=number, **cells))
    return records


@pytest.fixture(scope="module")
def colours(tmp_path_factory: pytest.TempPathFactory) -> PreparedTask:
    folder = tmp_path_factory.mktemp("tasks") / "colours"
    prepare_task(task_of(), reader(all=coloured()), folder, where="made")
    return read_task(folder)


def test_missing_cells_stay_missing_and_an_example_without_any_label_is_counted(tmp_path):
    records = [*coloured(200), record("nothing is known of this", red="", green="nan", blue="NA")]
    prepare_task(task_of(), reader(all=records), tmp_path / "t", where="made")
    task = read_task(tmp_path / "t")
    assert json.loads((tmp_path / "t" / "task.json").read_text())["removed"]["no_label"] >= 1
    assert task.labels == list(LABELS)
    by_text = {item.text: item.fields for item in records}
    for split in (task.train, task.validation, task.test):
        assert split.gold.shape == (len(split), 3)
        for text, row in zip(split.texts, split.gold, strict=True):
            wanted = [float(by_text[text][c]) if by_text[text][c] else np.nan for c in LABELS]
            np.testing.assert_array_equal(row, wanted)


def test_a_cell_that_is_no_truth_value_is_refused_with_its_place(tmp_path):
    with pytest.raises(UserError, match=r"made\.jsonl#3\): green is '2'; expected 0, 1, or nothing"):
        prepare_task(
            task_of(),
            reader(all=[record("text", number=3, red="1", green="2", blue="0")]),
            tmp_path / "t",
            where="made",
        )


def test_a_label_column_that_does_not_exist_names_those_that_do(tmp_path):
    with pytest.raises(UserError, match=r"unknown field 'bleu'; expected one of blue, green, label, path, red"):
        prepare_task(task_of(label=("red", "bleu")), reader(all=coloured(5)), tmp_path / "t", where="made")


def test_a_label_unknown_in_training_is_refused(tmp_path):
    records = coloured(200)
    for item in records:
        item.fields["green"] = ""
    with pytest.raises(UserError, match="label 'green' has no value in the train split"):
        prepare_task(task_of(), reader(all=records), tmp_path / "t", where="made")


def test_a_long_table_becomes_one_example_an_id(tmp_path):
    rows = [
        record(f"comment number {n}", number=n, id=str(n), kind=kind, value=value)
        for n in range(100)
        for kind, value in (("usage", str(n % 2)), ("intent", str(n % 3 // 2)), ("usage", "1"))
    ]
    pivot = Pivot(id="id", label="kind", value="value")
    information = prepare_task(task_of(label=None, pivot=pivot), reader(all=rows), tmp_path / "t", where="made")
    task = read_task(tmp_path / "t")
    assert sum(information["counts"].values()) == 100
    assert information["removed"]["repeated"] == 100, "the second value for `usage` of every comment"
    assert task.labels == ["intent", "usage"]
    for text, row in zip(task.train.texts, task.train.gold, strict=True):
        number = int(text.split()[-1])
        assert list(row) == [number % 3 // 2, number % 2]


def test_in_a_long_table_without_values_absence_is_a_no(tmp_path):
    rows = [
        record(f"comment {n}", number=n, id=str(n), kind=kind)
        for n in range(100)
        for kind in (("usage", "intent") if n % 2 else ("intent" if n % 3 else "todo",))
    ]
    prepare_task(
        task_of(label=None, pivot=Pivot(id="id", label="kind")), reader(all=rows), tmp_path / "t", where="made"
    )
    task = read_task(tmp_path / "t")
    assert task.labels == ["intent", "todo", "usage"]
    assert not np.isnan(task.train.gold).any()
    assert set(map(tuple, task.train.gold)) == {(1, 0, 1), (1, 0, 0), (0, 1, 0)}


def test_a_missing_label_has_exactly_no_gradient():
    import torch

    from maskzoo.tasks.losses import masked_binary_loss

    class Outputs:
        logits = torch.tensor([[2.0, -1.0], [0.5, 3.0]], requires_grad=True)

    labels = torch.tensor([[1.0, float("nan")], [0.0, 1.0]])
    loss = masked_binary_loss(Outputs, labels)
    loss.backward()
    assert Outputs.logits.grad[0, 1] == 0
    assert (Outputs.logits.grad[[0, 1, 1], [0, 0, 1]] != 0).all()
    # -log sigmoid(2), -log(1 - sigmoid(0.5)), -log sigmoid(3): the mean of the three that are known
    expected = (np.log1p(np.exp(-2)) + np.log1p(np.exp(0.5)) + np.log1p(np.exp(-3))) / 3
    assert loss.item() == pytest.approx(expected, rel=1e-6)
    nothing = masked_binary_loss(Outputs, torch.full((2, 2), float("nan")))
    assert nothing.item() == 0, "a batch of which nothing is known is no division by zero"


def test_a_model_learns_what_is_known_and_its_file_gives_the_reported_values(colours, tiny_bert, tmp_path):
    settings = Finetuning(epochs=12, batch_size=16, learning_rate=5e-3, max_length=32)
    entry = finetune("tiny", colours, settings, {0: Start(tiny_bert, 0)}, tmp_path)["seeds"][0]
    assert entry["test"]["roc_auc"] > 0.75, "chance is 0.5"
    assert list(entry["test"]) == ["roc_auc", "average_precision", "label_f1"]
    table = pq.read_table(tmp_path / "predictions.parquet").to_pydict()
    gold = np.array(table["gold"], dtype=float)
    np.testing.assert_array_equal(gold, colours.test.gold)
    scores = np.array(table["scores"], dtype=float)
    assert metrics.score("roc_auc", gold, scores)["roc_auc"] == pytest.approx(entry["test"]["roc_auc"], abs=1e-12)
    assert np.array_equal(np.array(table["predicted"], dtype=float), scores >= 0.5)
    parts = entry["details"]["test_by_target"]
    assert np.mean([parts[label]["roc_auc"] for label in LABELS]) == pytest.approx(entry["test"]["roc_auc"])
