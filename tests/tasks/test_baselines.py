"""Classical baselines: they learn what is there, choose on validation alone, repeat themselves, and need no torch."""

import json
import random
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pyarrow.parquet as pq
import pytest

from maskzoo.errors import UserError
from maskzoo.tasks.baselines import names_for
from maskzoo.tasks.baselines.common.tfidf import SMALL
from maskzoo.tasks.baselines.window_linear import described
from maskzoo.tasks.fit_baseline import fit_baseline
from maskzoo.tasks.metrics import scores
from maskzoo.tasks.tagging import to_iob2
from maskzoo.tasks.task_data import prepare_task, read_task
from tests.tasks.made import make_tagging_task, make_task, reader, record, tagged


def fitted(name, task, folder):
    return fit_baseline(name, task, folder)["seeds"][0]


def test_every_type_of_task_has_its_baselines():
    assert names_for("sequence_classification", "text") == ["majority", "tfidf_logreg"]
    assert names_for("token_classification", "text") == ["majority", "window_linear"]
    assert names_for("pair_classification", "text") == ["majority", "tfidf_pair"]
    assert names_for("multi_label", "text") == ["majority", "tfidf_ovr"]
    assert names_for("regression", "text") == ["mean", "tfidf_ridge"]
    assert "tfidf_ridge" not in names_for("regression", "protein"), "k-mers stand there"
    assert names_for("retrieval", "text") == ["random_order", "tfidf_retrieval"]
    assert names_for("cloze", "text") == ["character_ngrams", "frequent_piece"]
    assert "window_linear" not in names_for("token_classification", "protein"), "residues have no affixes"


def test_tfidf_beats_the_majority_on_separable_texts(colours, tmp_path):
    assert fitted("tfidf_logreg", colours, tmp_path / "t")["test"]["macro_f1"] > 0.95
    assert fitted("majority", colours, tmp_path / "m")["test"]["macro_f1"] < 0.2


def test_the_window_tagger_finds_names_it_never_saw_by_their_shape(names, tmp_path):
    def renamed(split):
        tokens = [[word.replace("Maple", "Linden").replace("Cedar", "Poplar") for word in row] for row in split.tokens]
        return replace(split, tokens=tokens)

    unseen = replace(names, test=renamed(names.test))
    linear = fitted("window_linear", unseen, tmp_path / "w")["test"]["entity_f1"]
    assert linear > 0.9
    assert linear > fitted("majority", unseen, tmp_path / "m")["test"]["entity_f1"] + 0.1


def test_two_classes_work_and_probabilities_belong_to_the_answer(tmp_path):
    records = [record(f"{'good' if n % 2 else 'bad'} clause {n}", "yes" if n % 2 else "no", n) for n in range(200)]
    prepare_task(make_task(), reader(all=records), tmp_path / "task", where="made")
    assert fitted("tfidf_logreg", read_task(tmp_path / "task"), tmp_path / "t")["test"]["accuracy"] == 1
    shares = pq.read_table(tmp_path / "t" / "predictions.parquet").column("probability").to_pylist()
    assert all(0.5 <= share <= 1 for share in shares)


def test_texts_that_share_no_word_are_told_apart_by_what_they_share_within(tmp_path):
    rng = random.Random(0)
    chains = {"".join(rng.choices("ACDEFGHIKL", k=30)) + ("WWMWW" if n % 2 else "YYNYY"): n for n in range(800)}
    records = [record(chain, "yes" if n % 2 else "no", n) for chain, n in chains.items()]
    prepare_task(make_task(), reader(all=records), tmp_path / "task", where="made")
    assert len(read_task(tmp_path / "task").train.texts) >= SMALL, "below it every word is kept anyway"
    assert fitted("tfidf_logreg", read_task(tmp_path / "task"), tmp_path / "t")["test"]["accuracy"] == 1


@pytest.mark.parametrize("name", ["majority", "tfidf_logreg"])
def test_predictions_of_texts_give_the_reported_metric(colours, tmp_path, name):
    entry = fitted(name, colours, tmp_path)
    rows = pq.read_table(tmp_path / "predictions.parquet").to_pylist()
    assert [row["id"] for row in rows] == colours.test.ids
    assert scores("macro_f1", [row["gold"] for row in rows], [row["predicted"] for row in rows]) == entry["test"]


@pytest.mark.parametrize("name", ["majority", "window_linear"])
def test_predictions_of_tags_are_iob2_and_give_the_reported_metric(names, tmp_path, name):
    entry = fitted(name, names, tmp_path)
    rows = pq.read_table(tmp_path / "predictions.parquet").to_pylist()
    assert all(row["predicted"] == to_iob2(row["predicted"]) for row in rows)
    assert scores("entity_f1", [row["gold"] for row in rows], [row["predicted"] for row in rows]) == entry["test"]


@pytest.mark.parametrize(("name", "data"), [("tfidf_logreg", "colours"), ("window_linear", "names")])
def test_a_baseline_repeats_itself_and_the_test_split_has_no_say(name, data, request, tmp_path):
    task = request.getfixturevalue(data)
    first = fitted(name, task, tmp_path / "a")
    wrong = [["O"] * len(tags) for tags in task.test.gold] if task.tagging else list(reversed(task.test.gold))
    again = fitted(name, replace(task, test=replace(task.test, gold=wrong)), tmp_path / "b")
    assert again["test"] != first["test"]
    assert again["hyperparameters"] == first["hyperparameters"]
    tables = [pq.read_table(tmp_path / side / "predictions.parquet") for side in "ab"]
    for column in ("id", "predicted", "probability"):
        assert tables[0].column(column).equals(tables[1].column(column))


def test_tags_without_chunks_are_predicted_as_they_are(tmp_path):
    kinds = {"walk": "VERB", "run": "VERB", "house": "NOUN", "law": "NOUN"}
    words = list(kinds)
    records = [
        tagged([(f"{words[(n + k) % 4]}", kinds[words[(n + k) % 4]]) for k in range(2 + n % 5)] + [(f"x{n}", "X")], n)
        for n in range(120)
    ]
    prepare_task(make_tagging_task(metric="token_accuracy"), reader(all=records), tmp_path / "task", where="made")
    entry = fitted("window_linear", read_task(tmp_path / "task"), tmp_path / "w")
    assert entry["test"] == {"token_accuracy": pytest.approx(1, abs=0.02)}


def test_windows_describe_a_word_by_its_neighbours():
    rows = list(described([["The", "Lender", "pays"]]))
    assert {"0:w=lender", "-1:w=the", "1:w=pays", "0:shape=Xx", "-2:outside", "pair:the|lender"} <= set(rows[1])
    assert "first" in rows[0]
    assert "first" not in rows[1]


def test_an_unknown_baseline_names_the_nearest(colours, tmp_path):
    with pytest.raises(UserError, match=r"unknown baseline 'tfidf_logrge'.*did you mean 'tfidf_logreg'\?"):
        fit_baseline("tfidf_logrge", colours, tmp_path)


def test_baselines_never_import_torch(tmp_path):
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from maskzoo.tasks.fit_baseline import fit_baseline\n"
        "from maskzoo.tasks.task_data import read_task\n"
        "task = read_task(Path(sys.argv[1]))\n"
        "fit_baseline('tfidf_logreg', task, Path(sys.argv[2]))\n"
        "print(sorted(set(sys.modules) & {'torch', 'transformers', 'datasets', 'matplotlib'}))\n"
    )
    prepare_task(
        make_task(),
        reader(all=[record(f"{'ab'[n % 2]} {n}", "ab"[n % 2]) for n in range(80)]),
        tmp_path / "t",
        where="made",
    )
    command = [sys.executable, "-c", code, str(tmp_path / "t"), str(tmp_path / "out")]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert answer.stdout.strip() == "[]", answer.stderr
    assert json.loads((tmp_path / "out" / "results.json").read_text())["model"] == "tfidf_logreg"


COSTS = {"red": 4.0, "green": 1.0, "blue": -2.0, "amber": 0.5}


def coloured(count: int = 300):
    """Sentences with two colours, where both are named in `fields`: what they cost, and which they are."""
    records = []
    for number in range(count):
        first, second = list(COSTS)[number % 4], list(COSTS)[(number // 4) % 4]
        cells = {
            colour: "" if (number + place) % 7 == 0 else str(int(colour in (first, second)))
            for place, colour in enumerate(COSTS)
        }
        records.append(
            record(
                f"the party shall pay {first} and {second} under clause {number}",
                number=number,
                cost=str(COSTS[first] + COSTS[second]),
                half="" if number % 2 else str(COSTS[first] / 2),
                **cells,
            )
        )
    return records


def test_ridge_learns_each_target_from_the_examples_that_have_it(tmp_path):
    task = make_task(type="regression", label=("cost", "half"), unit="euro", metric="rmse")
    prepare_task(task, reader(all=coloured()), tmp_path / "task", where="made")
    prepared = read_task(tmp_path / "task")
    ridge = fitted("tfidf_ridge", prepared, tmp_path / "r")["test"]["rmse"]
    mean = fitted("mean", prepared, tmp_path / "m")["test"]["rmse"]
    assert ridge < mean / 2, "an error is better when it is less, also where a penalty is chosen"


def test_a_regression_leaves_bounds_out(tmp_path):
    from maskzoo.tasks.baselines.tfidf_ridge import exact

    records = [
        record(f"text {number}", number=number, value=str(number % 10), relation=">" if number % 3 == 0 else "=")
        for number in range(120)
    ]
    task = make_task(type="regression", label="value", unit="nM", censored="relation", metric="mae")
    prepare_task(task, reader(all=records), tmp_path / "task", where="made")
    prepared = read_task(tmp_path / "task")
    known = ~np.isnan(exact(prepared.train)[:, 0])
    assert known.mean() == pytest.approx(2 / 3, abs=0.1)
    assert fitted("mean", prepared, tmp_path / "m")["hyperparameters"] == {"middle": "median"}


def test_one_against_the_rest_learns_labels_from_the_cells_that_are_known(tmp_path):
    task = make_task(type="multi_label", label=tuple(COSTS), metric="roc_auc")
    prepare_task(task, reader(all=coloured()), tmp_path / "task", where="made")
    prepared = read_task(tmp_path / "task")
    assert np.isnan(prepared.train.gold).any()
    assert fitted("tfidf_ovr", prepared, tmp_path / "t")["test"]["roc_auc"] > 0.95
    assert fitted("majority", prepared, tmp_path / "m")["test"]["roc_auc"] == pytest.approx(0.5)
    rows = pq.read_table(tmp_path / "t" / "predictions.parquet").to_pylist()
    assert len(rows) == len(prepared.test)


def test_two_classes_are_ranked_by_probability(tmp_path):
    records = [record(f"{'good' if n % 2 else 'bad'} clause {n}", "yes" if n % 2 else "no", n) for n in range(200)]
    prepare_task(make_task(metric="roc_auc"), reader(all=records), tmp_path / "task", where="made")
    prepared = read_task(tmp_path / "task")
    assert fitted("tfidf_logreg", prepared, tmp_path / "t")["test"]["roc_auc"] == 1
    assert fitted("majority", prepared, tmp_path / "m")["test"]["roc_auc"] == pytest.approx(0.5)
