"""Whole runs of several phases and budgets: what is seen, what is spent, and that any of them can be interrupted."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForMaskedLM

from maskzoo.errors import UserError
from maskzoo.objectives import clm, mlm
from maskzoo.objectives.common.batch import TrainingBatch
from maskzoo.pretraining import checkpoint, journal, step
from maskzoo.pretraining.progress import read_metrics
from maskzoo.recipe.training import Base, Budget, Curve, Masking, Phase
from tests.pretraining.runs import BERT, pretrained

DETOUR = (
    Phase(share=2, objective=clm.Settings(), curve=Curve(warmup=0.1)),
    Phase(
        share=1, objective=mlm.Settings(), masking=Masking(rate=0.3), curve=Curve(decay=1.0, shape="sqrt", floor=0.1)
    ),
)
STEP = 8 * 24  # tokens


def test_one_masked_phase_is_plain_masked_language_modeling(corpus: Path) -> None:
    plain = pretrained(corpus, "plain", dropout=0.1)
    phased = pretrained(corpus, "phased", dropout=0.1, schedule=(Phase(objective=mlm.Settings()),))
    assert phased["model_sha256"] == plain["model_sha256"]
    halves = pretrained(
        corpus, "halves", dropout=0.1, schedule=(Phase(objective=mlm.Settings()), Phase(objective=mlm.Settings()))
    )
    assert halves["model_sha256"] == plain["model_sha256"]  # moments survive the switch


def test_a_run_says_what_every_phase_saw(corpus: Path) -> None:
    result = pretrained(corpus, schedule=DETOUR)
    causal, masked = result["phases"]
    assert (causal["objective"], masked["objective"]) == ("clm", "mlm")
    assert (causal["steps"], masked["steps"]) == (8, 4)
    assert causal["tokens"] == 2 * masked["tokens"] == 8 * STEP
    assert causal["predicted"] > 0.85 * causal["tokens"]
    assert masked["predicted"] / masked["maskable"] == pytest.approx(0.3, abs=0.02)
    assert causal["flops"] + masked["flops"] == result["flops"]
    assert causal["flops"] / 8 > masked["flops"] / 4
    lines = read_metrics(corpus / "run" / "metrics.jsonl")
    assert 8 in [line["step"] for line in lines if "validation_loss" in line]  # where the phase ends
    assert json.loads((corpus / "run" / "run.json").read_text())["settings"]["training"]["schedule"][0]["share"] == 2


@pytest.mark.parametrize("architecture", ["bert", "modernbert"])
def test_what_is_released_is_a_plain_bidirectional_encoder(corpus: Path, architecture: str) -> None:
    from tests.models.tiny import CONFIGS

    base = Base(architecture=architecture, config=CONFIGS[architecture][1])
    pretrained(corpus, "detour", base=base, schedule=DETOUR)
    pretrained(corpus, "plain", base=base)
    configs = [json.loads((corpus / name / "model" / "config.json").read_text()) for name in ("detour", "plain")]
    assert configs[0] == configs[1]
    assert not configs[0].get("is_decoder")
    model, report = AutoModelForMaskedLM.from_pretrained(corpus / "detour" / "model", output_loading_info=True)
    assert not report["missing_keys"]
    assert not report["unexpected_keys"]
    ids = torch.tensor([[2, 9, 4, 30, 12, 3]])
    changed = ids.clone()
    changed[0, 4] = 40
    with torch.no_grad():
        assert not torch.equal(model.eval()(ids).logits[:, 2], model(changed).logits[:, 2])


def _stop_before(monkeypatch: pytest.MonkeyPatch, call: int) -> None:
    """The run is interrupted when it shares out the batch of its n-th step."""
    calls = itertools.count()
    micro_batches = step.micro_batches

    def stopping(*arguments: Any, **options: Any) -> Any:
        if next(calls) == call:
            raise KeyboardInterrupt
        return micro_batches(*arguments, **options)

    monkeypatch.setattr(step, "micro_batches", stopping)


@pytest.mark.parametrize("budget", ["steps", "tokens", "flops"])
@pytest.mark.parametrize("stopped", [2, 7, 8, 9, 11])
def test_a_run_interrupted_in_any_phase_ends_with_the_same_bits(
    corpus: Path, monkeypatch: pytest.MonkeyPatch, budget: str, stopped: int
) -> None:
    spent = {"steps": None, "tokens": Budget(tokens=12 * STEP), "flops": Budget(flops=6e7)}[budget]
    settings = {"schedule": DETOUR, "budget": spent, "dropout": 0.2, "checkpoint_every": 1}
    whole = pretrained(corpus, "whole", **settings)
    assert [phase["steps"] > 1 for phase in whole["phases"]] == [True, True]
    with monkeypatch.context() as patched:
        _stop_before(patched, min(stopped, whole["steps"] - 1))
        with pytest.raises(KeyboardInterrupt):
            pretrained(corpus, "stopped", **settings)
    resumed = pretrained(corpus, "stopped", **settings)
    assert resumed["model_sha256"] == whole["model_sha256"]
    for one, other in zip(resumed["phases"], whole["phases"], strict=True):
        assert {**one, "seconds": 0} == {**other, "seconds": 0}


@pytest.mark.parametrize(("unit", "amount"), [("tokens", 1700), ("flops", 5e7)])
def test_a_budget_is_spent_to_within_a_step(corpus: Path, unit: str, amount: float) -> None:
    result = pretrained(corpus, budget=Budget(**{unit: amount}))
    assert result["budget"] == {"unit": unit, "asked": amount, "spent": result[unit]}
    assert abs(result[unit] - amount) <= result[unit] / result["steps"]


def test_equal_flops_are_fewer_causal_steps(corpus: Path) -> None:
    plain, detour = (
        pretrained(corpus, name, budget=Budget(flops=8e7), schedule=schedule)
        for name, schedule in (("plain", ()), ("detour", DETOUR))
    )
    assert detour["steps"] < plain["steps"]
    assert detour["flops"] == pytest.approx(plain["flops"], rel=0.1)
    causal, masked = detour["phases"]
    assert causal["flops"] == pytest.approx(2 * masked["flops"], rel=0.15)


def test_seconds_are_counted_over_an_interruption(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = itertools.count()
    monkeypatch.setattr(
        journal.time, "perf_counter", lambda: next(clock) * 0.5
    )  # every look at the clock: half a second
    settings = {"budget": Budget(seconds=12), "schedule": DETOUR, "checkpoint_every": 3}
    with monkeypatch.context() as patched:
        _stop_before(patched, 5)
        with pytest.raises(KeyboardInterrupt):
            pretrained(corpus, **settings)
    saved = checkpoint.state_of(corpus / "run" / "checkpoints", 3)["counts"]
    assert saved[0]["seconds"] > 1
    result = pretrained(corpus, **settings)
    assert result["budget"]["unit"] == "seconds"
    assert result["budget"]["spent"] == pytest.approx(12, abs=1)
    assert result["phases"][0]["seconds"] == pytest.approx(8, abs=1)
    assert result["phases"][1]["seconds"] == pytest.approx(4, abs=1)


def test_layers_frozen_in_a_phase_stay_as_they_are_in_it(corpus: Path) -> None:
    frozen = (Phase(share=2, objective=clm.Settings(), freeze_layers=(0,)), Phase(share=1, objective=mlm.Settings()))
    pretrained(corpus, schedule=frozen, checkpoint_every=8, steps=12)
    pretrained(corpus, "start", steps=0)
    start = load_file(corpus / "start" / "model" / "model.safetensors")
    after = {
        step: load_file(corpus / "run" / "checkpoints" / f"step-{step:08d}" / "model.safetensors") for step in (8, 12)
    }
    for name in [name for name in after[8] if ".layer." in name and name.endswith("weight")]:
        same = torch.equal(after[8][name], start[name])
        assert same == (".layer.0." in name), name
        assert not torch.equal(after[12][name], after[8][name]), name


def test_a_layer_that_is_not_there_is_refused_before_training(corpus: Path) -> None:
    with pytest.raises(UserError, match=r"no layer 2; expected 0 to 1"):
        pretrained(corpus, base=BERT, schedule=(Phase(freeze_layers=(2,)),))
    assert not (corpus / "run" / "metrics.jsonl").exists()


def test_unknown_names_in_a_phase_are_refused(corpus: Path) -> None:
    with pytest.raises(ValueError, match="unknown objective 'cln'"):
        Phase.model_validate({"objective": "cln"})
    with pytest.raises(UserError, match="did you mean 'uniform'"):
        pretrained(corpus, schedule=(Phase(masking=Masking(policy="unifrom")),))


def test_tensors_of_a_causal_step_hold_the_next_tokens(corpus: Path) -> None:
    from maskzoo.objectives.clm.objective import targets
    from maskzoo.pretraining.run import open_tokens

    data, _ = open_tokens(corpus / "tokens", corpus / "tokenizer", length=24)
    batch = data.train.batch(seed=0, step=0, size=4)
    inputs = TrainingBatch(batch, targets(batch)).tensors(torch.device("cpu"))
    rows, columns = inputs.predicted.nonzero().unbind(1)
    assert torch.equal(inputs.labels, inputs.ids[rows, columns + 1])
