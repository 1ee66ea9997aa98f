"""Retrieval: ranks by hand, chance where nothing is known, and an encoder that learns to find."""

import random

import numpy as np
import pyarrow.parquet as pq
import pytest

from maskzoo.errors import UserError
from maskzoo.recipe.finetuning import Finetuning
from maskzoo.tasks.finetune import Start, finetune
from maskzoo.tasks.fit_baseline import fit_baseline
from maskzoo.tasks.judging import judge
from maskzoo.tasks.metrics import score
from maskzoo.tasks.ranking import Pool, ranked
from maskzoo.tasks.task_data import prepare_task, read_task
from tests.tasks.made import FILLER, make_task, reader, record

WORDS = [f"{a}{b}" for a in "bdfgklmn" for b in ("alo", "eri", "ino", "oma", "utu")]


def retrieval_task(**changes):
    return make_task(**{"type": "retrieval", "label": None, "pair": "answer", "metric": "mrr", **changes})


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Each query shares three rare words with its target; the rest is filler."""
    chance = random.Random(0)
    records = []
    for number in range(240):
        rare = chance.sample(WORDS, 3)
        texts = [" ".join(chance.sample(rare + chance.choices(FILLER, k=4), 7)) for _ in range(2)]
        records.append(record(texts[0], number=number, answer=texts[1]))
    folder = tmp_path_factory.mktemp("tasks") / "found"
    prepare_task(retrieval_task(), reader(all=records), folder, where="made")
    return read_task(folder)


def test_ranks_and_metrics_by_hand():
    pool = Pool.of(["a", "b", "c"], ["first", "second", "third"])
    column = {text: place for place, text in enumerate(pool.texts)}
    likeness = np.zeros((3, 3))
    likeness[0, column["first"]] = 0.9  # first of three
    likeness[1, [column["first"], column["second"]]] = 0.9, 0.5  # second
    likeness[2, [column["first"], column["second"], column["third"]]] = 0.3, 0.2, 0.1  # third
    predictions = ranked(pool, lambda part: likeness[part])
    assert predictions.scores == [[1.0], [2.0], [3.0]]
    assert predictions.predicted == ["a", "a", "a"]
    best = [[1.0]] * 3
    assert score("mrr", best, predictions.scores) == {"mrr": pytest.approx((1 + 1 / 2 + 1 / 3) / 3)}
    assert score("recall_at_1", best, predictions.scores) == {"recall_at_1": pytest.approx(1 / 3)}
    assert score("recall_at_10", best, [[1.0], [10.0], [11.0]]) == {"recall_at_10": pytest.approx(2 / 3)}


def test_two_queries_with_one_target_both_find_it():
    pool = Pool.of(["a", "b", "c"], ["same", "same", "other"])
    assert len(pool.texts) == 2
    likeness = np.array([[text == "same" for text in pool.texts]] * 3, dtype=float)
    predictions = ranked(pool, lambda part: likeness[part])
    assert predictions.scores == [[1.0], [1.0], [2.0]]
    assert predictions.predicted == ["a", "a", "a"]


def test_who_knows_nothing_is_at_chance():
    number = 200
    pool = Pool.of([str(n) for n in range(number)], [f"target {n}" for n in range(number)])
    ranks = [row[0] for row in ranked(pool, lambda part: np.ones((len(pool.true[part]), number))).scores]
    assert sorted(ranks) == list(range(1, number + 1)), "equal likeness gives every rank once"


def test_words_in_common_are_found_and_chance_is_not(found, tmp_path):
    tfidf = fit_baseline("tfidf_retrieval", found, tmp_path / "t")["seeds"][0]["test"]
    chance = fit_baseline("random_order", found, tmp_path / "r")["seeds"][0]["test"]
    assert tfidf["mrr"] > 0.7
    assert list(tfidf) == ["mrr", "recall_at_1", "recall_at_10"]
    assert chance["recall_at_1"] == pytest.approx(1 / len(found.test), abs=1e-9)


def test_an_encoder_learns_to_find_and_without_epochs_is_taken_as_it_is(found, tiny_bert, tmp_path):
    quick = Finetuning(epochs=8, batch_size=16, learning_rate=3e-3, max_length=32)
    tuned = finetune("tuned", found, quick, {0: Start(tiny_bert, 0)}, tmp_path / "tuned")["seeds"][0]
    frozen = quick.model_copy(update={"epochs": 0})
    as_is = finetune("frozen", found, frozen, {0: Start(tiny_bert, 0), 1: Start(tiny_bert, 0)}, tmp_path / "frozen")
    first, second = as_is["seeds"]
    assert first["test"] == second["test"], "nothing is trained, so a seed changes nothing"
    assert first["best_epoch"] in (0, None)
    assert tuned["test"]["mrr"] > first["test"]["mrr"] + 0.1


def test_the_predictions_file_has_the_rank_of_every_true_target(found, tiny_bert, tmp_path):
    frozen = Finetuning(epochs=0, max_length=32)
    entry = finetune("frozen", found, frozen, {0: Start(tiny_bert, 0)}, tmp_path)["seeds"][0]
    rows = pq.read_table(tmp_path / "predictions.parquet").to_pylist()
    assert [row["id"] for row in rows] == found.test.ids
    assert sum(1 / row["rank"] for row in rows) / len(rows) == pytest.approx(entry["test"]["mrr"])
    assert all((row["rank"] == 1) == (row["predicted"] == row["gold"]) for row in rows)


def test_another_row_with_the_same_target_is_no_negative():
    import torch

    from maskzoo.tasks.bi_encoder import TEMPERATURE, in_batch_loss

    vectors = torch.nn.functional.normalize(torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), dim=-1)
    loss = in_batch_loss(vectors, vectors, torch.tensor([5, 5, 7]))
    # rows 0 and 1 stand against row 2 alone, row 2 against both
    one, two = np.log1p(np.exp(-1 / TEMPERATURE)), np.log1p(2 * np.exp(-1 / TEMPERATURE))
    assert float(loss) == pytest.approx((2 * one + two) / 3, abs=1e-6)
    assert float(in_batch_loss(vectors, vectors, torch.tensor([5, 6, 7]))) > 0.4


def test_a_pool_of_one_target_is_refused(tmp_path):
    records = [record(f"query {n}", number=n, answer="always this") for n in range(60)]
    with pytest.raises(UserError, match="split has one target"):
        prepare_task(retrieval_task(), reader(all=records), tmp_path / "t", where="made")


def test_a_missing_field_names_the_nearest(tmp_path):
    with pytest.raises(UserError, match=r"unknown field 'answer'.*pair|pair.*unknown field 'answer'"):
        prepare_task(retrieval_task(), reader(all=[record("text", anser="x")]), tmp_path / "t", where="made")


def test_judging_reads_scores(found):
    predictions = ranked(
        Pool.of(found.test.ids, found.test.pairs), lambda part: np.eye(len(found.test))[:, :][part] * 0
    )
    assert judge(found, found.test, predictions)["mrr"] < 0.2
