"""The classical baseline of alike sentences: what shared words say is found, and what they do not is not claimed."""

import random
from pathlib import Path

from maskzoo.tasks.baselines import names_for
from maskzoo.tasks.fit_baseline import fit_baseline
from maskzoo.tasks.task_data import prepare_task, read_task
from tests.tasks.made import FILLER, NAMES, make_task, reader, record


def test_shared_words_are_found_and_beat_the_mean(tmp_path: Path):
    chance = random.Random(1)
    records = []
    for place in range(300):
        shared = chance.randint(0, 5)
        first = chance.sample(FILLER, 8)
        second = first[:shared] + chance.sample(NAMES, 5)[: 5 - shared]
        likeness = shared / 5 + chance.gauss(0, 0.05)
        records.append(
            record(" ".join(first) + f" {place}", number=place, second=" ".join(second), likeness=str(likeness))
        )
    task = make_task(type="sentence_pair_regression", metric="spearman", pair="second", label="likeness")
    prepare_task(task, reader(all=records), tmp_path / "t", where="here")
    prepared = read_task(tmp_path / "t")
    assert names_for("sentence_pair_regression", "text") == ["mean", "tfidf_likeness"]
    found = fit_baseline("tfidf_likeness", prepared, tmp_path / "b")["seeds"][0]
    assert found["test"]["spearman"] > 0.8
    assert found["test"]["rmse"] < fit_baseline("mean", prepared, tmp_path / "m")["seeds"][0]["test"]["rmse"] / 2
