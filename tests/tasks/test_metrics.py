"""Metrics against cases computed by hand, as plain functions and through evaluate without network."""

import subprocess
import sys

import pytest

from maskzoo.tasks.metrics import evaluate_scores, scores
from maskzoo.tasks.tagging import to_iob2

GOLD = ["a", "a", "a", "b", "b", "c"]
FOUND = ["a", "a", "b", "b", "a", "d"]
# a: 2 of 3 found, 2 of 3 right, F1 2/3; b: 1 of 2 and 1 of 2, F1 1/2; c: never found, 0; d: never right, 0
MACRO = (2 / 3 + 1 / 2 + 0 + 0) / 4

TAGS = [["B-X", "I-X", "O", "B-Y"], ["O", "B-X"], ["O", "O"]]
TAGS_FOUND = [["B-X", "I-X", "O", "B-X"], ["B-X", "I-X"], ["O", "O"]]
# 3 entities in truth, 3 found; right is the first alone (the second has another type, the third another span)


@pytest.mark.parametrize("through", [scores, evaluate_scores])
def test_classification_by_hand(through):
    found = through("macro_f1", GOLD, FOUND)
    assert list(found) == ["macro_f1", "accuracy"], "the metric that was asked for comes first"
    assert found["macro_f1"] == pytest.approx(MACRO)
    assert found["accuracy"] == pytest.approx(3 / 6)


@pytest.mark.parametrize("through", [scores, evaluate_scores])
def test_entities_by_hand(through):
    found = through("entity_f1", TAGS, TAGS_FOUND)
    assert found["entity_precision"] == pytest.approx(1 / 3)
    assert found["entity_recall"] == pytest.approx(1 / 3)
    assert found["entity_f1"] == pytest.approx(1 / 3)
    assert found["token_accuracy"] == pytest.approx(5 / 8)


def test_an_entity_that_opens_with_i_counts_for_nothing_in_strict_iob2():
    assert scores("entity_f1", [["B-X", "I-X"]], [["I-X", "I-X"]])["entity_f1"] == 0
    assert scores("entity_f1", [["B-X", "I-X"]], [to_iob2(["I-X", "I-X"])])["entity_f1"] == 1


def test_macro_f1_agrees_with_scikit_learn():
    from sklearn.metrics import f1_score

    expected = f1_score(GOLD, FOUND, average="macro", zero_division=0)
    assert scores("macro_f1", GOLD, FOUND)["macro_f1"] == pytest.approx(expected)


@pytest.mark.parametrize("through", [scores, evaluate_scores])
def test_no_entity_anywhere_is_zero_not_an_error(through):
    assert through("entity_f1", [["O", "O"]], [["O", "O"]])["entity_f1"] == 0


def test_predictions_of_another_length_are_refused():
    with pytest.raises(ValueError, match="differ in length"):
        scores("entity_f1", [["B-X", "O"]], [["B-X"]])
    with pytest.raises(ValueError, match="shorter"):
        scores("accuracy", ["a", "b"], ["a"])


def test_evaluate_works_offline_and_leaves_no_cache(tmp_path):
    code = (
        "import socket\n"
        "def refuse(*a, **k): raise OSError('no network in this test')\n"
        "socket.socket.connect = refuse\n"
        "from maskzoo.tasks.metrics import evaluate_metric\n"
        "import evaluate\n"
        "metric = evaluate_metric('accuracy')\n"
        "assert isinstance(metric, evaluate.Metric)\n"
        "metric.add_batch(references=['a', 'b'], predictions=['a', 'a'])\n"
        "metric.add(reference='c', prediction='c')\n"
        "print(round(metric.compute()['accuracy'], 4))\n"
    )
    environment = {"HF_HOME": str(tmp_path), "HF_HUB_OFFLINE": "1", "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    answer = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert answer.stdout.strip() == "0.6667", answer.stderr
    assert not list(tmp_path.rglob("*.arrow"))
