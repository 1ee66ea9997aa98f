"""Fine-tuning: a small real model learns, keeps its best epoch, repeats itself, and takes up what is done."""

import json
import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from maskzoo import progress
from maskzoo.errors import UserError
from maskzoo.recipe.finetuning import Finetuning
from maskzoo.tasks.finetune import Start, finetune
from maskzoo.tasks.metrics import scores

QUICK = Finetuning(epochs=5, batch_size=16, learning_rate=3e-3, max_length=32)


@pytest.fixture(scope="module")
def colour_run(colours, tiny_bert, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("evaluation") / "colours"
    starts = {0: Start(tiny_bert, 7), 1: Start(tiny_bert, 8)}
    finetune("tiny", colours, QUICK, starts, folder)
    return folder


def results(folder: Path) -> dict:
    return json.loads((folder / "results.json").read_text())


def test_a_model_learns_the_task(colour_run):
    for seed in results(colour_run)["seeds"]:
        assert seed["test"]["macro_f1"] > 0.6, "chance is about 0.25"


def test_results_say_where_every_number_comes_from(colour_run, colours):
    written = results(colour_run)
    assert [entry["seed"] for entry in written["seeds"]] == [0, 1]
    assert [entry["pretraining_seed"] for entry in written["seeds"]] == [7, 8]
    assert written["provenance"]["inputs"]["task"] == colours.sha256
    assert written["examples_per_second"] > 0
    assert written["seeds"][0]["hyperparameters"]["learning_rate"] == 3e-3


def test_the_predictions_file_gives_the_reported_metric_exactly(colour_run, colours):
    table = pq.read_table(colour_run / "predictions.parquet").to_pandas()
    for entry in results(colour_run)["seeds"]:
        rows = table[table.seed == entry["seed"]]
        assert list(rows.id) == colours.test.ids
        assert list(rows.gold) == colours.test.gold
        assert scores("macro_f1", list(rows.gold), list(rows.predicted)) == entry["test"]
        assert rows.probability.between(1 / 4, 1).all()


def test_seeds_differ_and_the_same_seed_repeats_itself(colour_run, colours, tiny_bert, tmp_path):
    finetune("tiny", colours, QUICK, {0: Start(tiny_bert, 7)}, tmp_path)
    again = pq.read_table(tmp_path / "seeds" / "seed0.parquet")
    first = pq.read_table(colour_run / "seeds" / "seed0.parquet")
    assert again.equals(first)
    assert not again.column("probability").equals(
        pq.read_table(colour_run / "seeds" / "seed1.parquet").column("probability")
    )


def test_the_best_epoch_is_chosen_on_validation_and_its_weights_predict(colours, tiny_bert, tmp_path):
    # a rate that ruins what the first epochs learnt: the last epoch is not the best
    wild = Finetuning(epochs=4, batch_size=16, learning_rate=0.03, warmup=0.0, max_length=32)
    entry = finetune("tiny", colours, wild, {3: Start(tiny_bert, 0)}, tmp_path)["seeds"][0]
    course = entry["details"]["validation_by_epoch"]
    assert len(course) == 4
    assert entry["best_epoch"] == course.index(max(course)) + 1
    assert entry["validation"]["macro_f1"] == pytest.approx(max(course))


def test_a_finished_seed_is_taken_up_and_a_changed_setting_is_not(colour_run, colours, tiny_bert):
    part = colour_run / "seeds" / "seed0.json"
    before = part.stat().st_mtime_ns
    starts = {0: Start(tiny_bert, 7), 1: Start(tiny_bert, 8)}
    (colour_run / "results.json").unlink()
    finetune("tiny", colours, QUICK, starts, colour_run)
    assert part.stat().st_mtime_ns == before
    assert len(results(colour_run)["seeds"]) == 2


def test_another_setting_trains_again(colours, tiny_bert, tmp_path):
    short = QUICK.model_copy(update={"epochs": 1})
    finetune("tiny", colours, short, {0: Start(tiny_bert, 0)}, tmp_path)
    before = (tmp_path / "seeds" / "seed0.json").read_text()
    finetune("tiny", colours, short.model_copy(update={"learning_rate": 1e-3}), {0: Start(tiny_bert, 0)}, tmp_path)
    assert (tmp_path / "seeds" / "seed0.json").read_text() != before


def test_nothing_but_results_predictions_and_seeds_is_left(colour_run):
    assert sorted(path.name for path in colour_run.iterdir()) == ["predictions.parquet", "results.json", "seeds"]


def test_a_tagger_learns_entities_and_long_sentences_are_cut_and_counted(names, tiny_bert, tmp_path):
    settings = Finetuning(epochs=6, batch_size=8, learning_rate=5e-3, max_length=13)
    entry = finetune("tiny", names, settings, {0: Start(tiny_bert, 0)}, tmp_path)["seeds"][0]
    assert entry["test"]["entity_f1"] > 0.5
    assert entry["details"]["truncated"]["test"] > 0
    table = pq.read_table(tmp_path / "predictions.parquet").to_pylist()
    assert [len(row["predicted"]) for row in table] == [len(tags) for tags in names.test.gold]
    assert scores("entity_f1", [row["gold"] for row in table], [row["predicted"] for row in table]) == entry["test"]


def test_a_log_shows_how_far_it_is(colours, tiny_bert, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(progress, "EVERY", 0)
    once = QUICK.model_copy(update={"epochs": 1})
    finetune("tiny", colours, once, {0: Start(tiny_bert, 7)}, tmp_path / "tiny")
    assert re.search(r"^tiny on colours: \d+ of (\d+) steps \(100 %\)", capsys.readouterr().err, re.M)


def test_a_folder_without_a_checkpoint_is_refused(colours, tmp_path):
    with pytest.raises(UserError, match="no checkpoint in"):
        finetune("tiny", colours, QUICK, {0: Start(tmp_path / "nothing", 0)}, tmp_path)


def test_of_several_learning_rates_every_seed_gets_the_best_of_the_first_on_validation(colours, tiny_bert, tmp_path):
    several = QUICK.model_copy(update={"learning_rate": (1e-7, 3e-3), "epochs": 3})
    starts = {0: Start(tiny_bert, 0), 1: Start(tiny_bert, 0)}
    first, second = finetune("tiny", colours, several, starts, tmp_path)["seeds"]
    tried = first["details"]["validation_by_learning_rate"]
    assert tried["0.003"] > tried["1e-07"]
    assert first["hyperparameters"]["learning_rate"] == second["hyperparameters"]["learning_rate"] == 3e-3
    assert list(second["details"]["validation_by_learning_rate"]) == ["0.003"]
    # with another seed to choose the rate, what the choice decided is done again
    finetune("tiny", colours, several, dict(reversed(starts.items())), tmp_path)
    again = [json.loads((tmp_path / f"seeds/seed{seed}.json").read_text())["result"]["details"] for seed in (0, 1)]
    assert [len(details["validation_by_learning_rate"]) for details in again] == [1, 2]


def test_balanced_classes_weigh_the_same_together(colours):
    import torch

    from maskzoo.tasks.losses import class_loss

    class Outputs:
        logits = torch.zeros(4, len(colours.labels))

    # three of class 0, one of class 1: n / (2 classes seen * n_c) is 2/3 for each of class 0 and 2 for class 1
    loss = class_loss([0, 0, 0, 1], len(colours.labels), balanced=True)
    even = torch.log(torch.tensor(float(len(colours.labels))))
    assert torch.isclose(loss(Outputs, torch.tensor([0, 0, 0, 1])), even)
    assert torch.isclose(loss(Outputs, torch.tensor([1, 1, 1, 1])), 2 * even)
    assert torch.isclose(loss(Outputs, torch.tensor([0, -100, -100, 1])), even * (2 / 3 + 2) / 2)
