"""Undefined is never a number: no metric, choice or file takes what is none for a value, least of all for the best."""

import json
import math
import random
import shutil
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from maskzoo import registry
from maskzoo.errors import UserError
from maskzoo.files import write_json
from maskzoo.recipe.finetuning import Finetuning
from maskzoo.tasks import metrics
from maskzoo.tasks.baselines import Fitted, Predictions
from maskzoo.tasks.baselines.common.choice import best
from maskzoo.tasks.finetune import Start, finetune
from maskzoo.tasks.judging import judge, value
from maskzoo.tasks.significance import interval, paired
from maskzoo.tasks.task_data import PreparedTask, prepare_task, read_task
from tests.tasks.made import COLOURS, FILLER, make_task, reader, record

NAN = float("nan")
NUMERIC = [name for name in registry.names("metrics") if getattr(metrics.load(name), "DTYPE", "string") == "float64"]
QUICK = Finetuning(epochs=2, batch_size=16, learning_rate=3e-3, max_length=32)


def numbers(name: str) -> tuple[Any, Any]:
    """Gold and good answers that metric `name` reads."""
    chance = np.random.default_rng(0)
    if name.startswith("cloze"):
        found = np.stack([np.ones(40), np.full(40, 2.0), chance.normal(-3, 0.1, 40), np.full(40, 9.0)], axis=1)
        return np.array([[2.0, 2.0, 0.0, 9.0]] * 40), found
    if name in ("mrr", "recall_at_1", "recall_at_10"):
        return np.ones((40, 1)), chance.integers(1, 20, (40, 1)).astype(float)
    gold = (chance.random((40, 2)) < 0.4).astype(float)
    return gold, np.round(gold) if name == "label_f1" else gold + chance.normal(0, 0.3, gold.shape)


@pytest.mark.parametrize("name", NUMERIC)
@pytest.mark.parametrize("share", ["one", "all"])
def test_an_answer_that_is_no_number_improves_no_metric(name: str, share: str) -> None:
    gold, answers = numbers(name)
    module = metrics.load(name)
    better = -1 if getattr(module, "LOWER_IS_BETTER", False) else 1
    whole = metrics.score(name, gold, answers)[name]
    assert math.isfinite(whole)
    broken = answers.copy()
    column = 2 if name.startswith("cloze_perplexity") else 0
    broken[0 if share == "one" else slice(None), column] = NAN
    try:
        found = metrics.score(name, gold, broken)[name]
    except ValueError:
        return
    assert math.isnan(found) or better * found <= better * whole


@pytest.mark.parametrize("name", ["rmse", "mae", "smape", "r2"])
def test_an_error_of_nothing_is_not_zero(name: str) -> None:
    score = partial(metrics.score, name)
    assert math.isnan(score(np.full((3, 2), NAN), np.ones((3, 2)))[name])
    gold = np.array([[1.0, NAN], [2.0, NAN], [4.0, NAN]])
    assert math.isfinite(score(gold, np.full((3, 2), 2.0))[name]), "a target without a value is left out"
    assert math.isfinite(score(gold, np.array([[2.0, NAN]] * 3))[name]), "as is an answer that is held against none"


def test_resamples_without_a_value_say_nothing() -> None:
    gold = np.full((12, 1), NAN)
    gold[0] = 5.0
    sample = metrics.load("rmse").sample(gold, [np.full((12, 1), 8.0)])
    assert interval(sample) == (3.0, 3.0)
    other = metrics.load("rmse").sample(gold, [np.full((12, 1), 9.0)])
    found = paired(sample, other, same_seeds=True)
    assert (found.value, found.interval) == (-1.0, (-1.0, -1.0))
    assert 0 < found.p <= 1


@pytest.fixture(scope="module")
def points(tmp_path_factory: pytest.TempPathFactory) -> PreparedTask:
    """A regression that a model can learn: how many colours are in a sentence."""
    chance = random.Random(0)
    records = []
    for number in range(160):
        held = chance.choices(COLOURS, k=chance.randint(0, 3))
        words = chance.choices(FILLER, k=5) + held
        records.append(record(" ".join(words), number=number, value=str(100 + len(held))))
    folder = tmp_path_factory.mktemp("tasks") / "points"
    task = make_task(type="regression", label="value", metric="rmse", unit="points")
    prepare_task(task, reader(all=records), folder, where="made")
    return read_task(folder)


def test_no_choice_takes_what_is_no_number(points: PreparedTask) -> None:
    split = points.validation
    none, poor = Predictions(np.full(split.gold.shape, NAN)), Predictions(np.full(split.gold.shape, 1e9))
    assert value(points, split, none) == -math.inf < value(points, split, poor)
    with pytest.raises(UserError, match="rmse is nan: the predictions are no numbers"):
        judge(points, split, none)
    fitted = {1: none, 2: poor, 3: none}
    grid = [{"c": 1}, {"c": 2}, {"c": 3}]
    assert best(points, grid, lambda given: given["c"], lambda model, _: fitted[model])[1] == {"c": 2}


def test_a_baseline_without_numbers_leaves_no_results(
    points: PreparedTask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from maskzoo.tasks import fit_baseline
    from maskzoo.tasks.baselines import tfidf_ridge

    broken = Fitted(lambda split: Predictions(np.full(split.gold.shape, NAN)), {})
    monkeypatch.setattr(tfidf_ridge, "fit", lambda task: broken)
    with pytest.raises(UserError, match="the predictions are no numbers"):
        fit_baseline.fit_baseline("tfidf_ridge", points, tmp_path / "out")
    assert not (tmp_path / "out" / "results.json").exists()


@pytest.mark.parametrize("rates", [(1e30, 3e-3), (3e-3, 1e30)])
@pytest.mark.parametrize("task", ["points", "colours", "names"])
def test_a_rate_that_diverged_is_out_of_the_choice_and_said(
    request: pytest.FixtureRequest,
    tiny_bert: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    task: str,
    rates: tuple[float, float],
) -> None:
    prepared = request.getfixturevalue(task)
    settings = QUICK.model_copy(update={"learning_rate": rates})
    entry = finetune("tiny", prepared, settings, {4: Start(tiny_bert, 0)}, tmp_path, where="tasks.t")["seeds"][0]
    assert entry["hyperparameters"]["learning_rate"] == 3e-3
    assert list(entry["details"]["validation_by_learning_rate"]) == ["0.003"]
    assert entry["details"]["diverged_in_epoch"] == {"1e+30": 1}
    assert (
        "tasks.t: seed 4 diverged with learning rate 1e+30 in epoch 1; left out of the choice"
        in capsys.readouterr().err
    )


@pytest.mark.parametrize("task", ["points", "colours", "names"])
def test_a_run_in_which_every_rate_diverged_is_refused(
    request: pytest.FixtureRequest, tiny_bert: Path, tmp_path: Path, task: str
) -> None:
    settings = QUICK.model_copy(update={"learning_rate": (1e30, 2e30)})
    with pytest.raises(UserError) as caught:
        finetune("tiny", request.getfixturevalue(task), settings, {4: Start(tiny_bert, 0)}, tmp_path, where="tasks.t")
    assert str(caught.value) == (
        "tasks.t: the predictions are no numbers: seed 4, learning rate 1e+30 in epoch 1, "
        "learning rate 2e+30 in epoch 1; lower learning_rate"
    )
    assert not (tmp_path / "results.json").exists()


def test_a_base_of_weights_that_are_no_numbers_is_refused(
    colours: PreparedTask, tiny_bert: Path, tmp_path: Path
) -> None:
    base = shutil.copytree(tiny_bert, tmp_path / "base")
    kept = load_file(base / "model.safetensors")
    kept["bert.embeddings.LayerNorm.weight"][3] = NAN
    save_file(kept, base / "model.safetensors", {"format": "pt"})
    with pytest.raises(UserError, match=r"weights that are no numbers, in bert\.embeddings\.LayerNorm\.weight"):
        finetune("tiny", colours, QUICK, {0: Start(base, 0)}, tmp_path / "out")
    assert not (tmp_path / "out" / "results.json").exists()


def test_weights_that_overflow_only_when_used_are_refused_without_training(
    colours: PreparedTask, tiny_bert: Path, tmp_path: Path
) -> None:
    base = shutil.copytree(tiny_bert, tmp_path / "base")
    kept = load_file(base / "model.safetensors")
    kept["bert.encoder.layer.1.output.LayerNorm.weight"] = torch.full((32,), 3e38)
    save_file(kept, base / "model.safetensors", {"format": "pt"})
    with pytest.raises(
        UserError, match=r"the predictions are no numbers: seed 0, .* as it is; the checkpoint is broken"
    ):
        finetune("tiny", colours, QUICK.model_copy(update={"epochs": 0}), {0: Start(base, 0)}, tmp_path / "out")


@pytest.mark.parametrize("bad", [NAN, math.inf, -math.inf])
def test_json_with_what_is_no_number_is_a_sentence_and_no_file(tmp_path: Path, bad: float) -> None:
    with pytest.raises(UserError, match=r"result\.json: seeds\.1\.test\.rmse is no number; what was measured diverged"):
        write_json(tmp_path / "result.json", {"seeds": [{}, {"test": {"mae": 1.0, "rmse": bad}}]})
    assert list(tmp_path.iterdir()) == []
    write_json(tmp_path / "result.json", {"seeds": [1.0, None, "nan", (2.0,)]})
    assert json.loads((tmp_path / "result.json").read_text()) == {"seeds": [1.0, None, "nan", [2.0]]}
