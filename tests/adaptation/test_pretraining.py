"""An adapter in a pretraining run: trained alone, kept alone, merged into a plain model, and stopped at any step."""

import itertools
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForMaskedLM

from maskzoo.adaptation import (
    binary_mask,
    bottleneck,
    ia3,
    invertible,
    language_adapter,
    ln_tuning,
    prompt,
    winning_ticket,
)
from maskzoo.adaptation.bitfit import Settings as BitFit
from maskzoo.adaptation.lora import Settings as LoRA
from maskzoo.errors import UserError
from maskzoo.masking import uniform
from maskzoo.pretraining import checkpoint
from maskzoo.pretraining.progress import read_metrics
from maskzoo.recipe.method import Method
from maskzoo.recipe.training import Base
from tests.models.tiny import tiny
from tests.pretraining.runs import pretrained

METHODS: dict[str, Method] = {"lora": LoRA(rank=4), "bitfit": BitFit()}
STOPPED: dict[str, Method] = {
    **METHODS,
    "dora": LoRA(rank=4, dora=True),
    "ia3": ia3.Settings(),
    "ln_tuning": ln_tuning.Settings(),
    "bottleneck": bottleneck.Settings(reduction=4),
    "invertible": invertible.Settings(reduction=4),
    "language_adapter": language_adapter.Settings(reduction=4),
    "prompt": prompt.Settings(length=3),
    "binary_mask": binary_mask.Settings(),
    "random_ticket": winning_ticket.Settings(ticket="random", prompts=3),
}


def run(corpus: Path, folder: str, method: str, **changed: Any) -> dict[str, Any]:
    start = {"base": Base(folder=str(corpus / "base")), "base_folder": corpus / "base"}
    return pretrained(corpus, folder, adaptation=STOPPED[method], dropout=0.0, **start, **changed)


@pytest.mark.parametrize("method", METHODS)
def test_an_adapter_learns_starting_from_exactly_the_base(corpus: Path, base: Path, method: str) -> None:
    result = run(corpus, "run", method, steps=60, learning_rate=2e-2)
    start = {"base": Base(folder=str(base)), "base_folder": base}
    untouched = pretrained(corpus, "base-run", steps=0, dropout=0.0, **start)
    losses = [
        line["validation_loss"] for line in read_metrics(corpus / "run/metrics.jsonl") if "validation_loss" in line
    ]
    assert losses[0] == untouched["validation_loss"]
    assert losses[-1] < losses[0] - 0.05
    assert result["validation_loss"] == losses[-1]


def test_only_biases_move_under_bitfit(corpus: Path, base: Path) -> None:
    run(corpus, "run", "bitfit", learning_rate=1e-2)
    before = AutoModelForMaskedLM.from_pretrained(base).state_dict()
    after = AutoModelForMaskedLM.from_pretrained(corpus / "run/model").state_dict()
    assert before.keys() == after.keys()
    for name, tensor in after.items():
        if not name.endswith("bias"):
            assert torch.equal(tensor, before[name]), name
        elif "key" not in name:  # softmax does not see a bias of the keys
            assert not torch.equal(tensor, before[name]), name


def test_only_the_chosen_matrices_move_under_lora(corpus: Path, base: Path) -> None:
    run(corpus, "run", "lora", learning_rate=1e-2)
    before = AutoModelForMaskedLM.from_pretrained(base).state_dict()
    after = AutoModelForMaskedLM.from_pretrained(corpus / "run/model").state_dict()
    moved = {name for name, tensor in after.items() if not torch.equal(tensor, before[name])}
    assert moved == {f"bert.encoder.layer.{n}.attention.self.{p}.weight" for n in (0, 1) for p in ("query", "value")}


def test_what_is_trained_kept_and_remembered_is_counted(corpus: Path, base: Path) -> None:
    lora = run(corpus, "lora", "lora")
    bitfit = run(corpus, "bitfit", "bitfit")
    full = pretrained(corpus, "full", base=Base(folder=str(base)), base_folder=base)
    # 2 layers, query and value, A (4 x 16) and B (16 x 4)
    assert lora["adaptation"]["trainable_parameters"] == lora["adaptation"]["stored"]["numbers"] == 2 * 2 * 2 * 4 * 16
    # encoder: 2 layers of 3 h + h + h + i + h + h, and h of the embeddings; head: h + h and the vocabulary's 65
    biases = 2 * (3 * 16 + 16 + 16 + 32 + 16 + 16) + 16 + 16 + 16 + 65
    assert bitfit["adaptation"]["trainable_parameters"] == bitfit["adaptation"]["stored"]["numbers"] == biases
    for result in (lora, bitfit):
        numbers = result["adaptation"]["trainable_parameters"]
        tensors = len(load_file(corpus / result["adaptation"]["method"] / "adapter/adapter_model.safetensors"))
        assert result["optimiser_bytes"] == 2 * 4 * numbers + 4 * tensors  # two moments, and a count of steps a tensor
        assert result["parameters"] == full["parameters"]
    assert full["optimiser_bytes"] > 2 * 4 * full["parameters"]


def _stop_at(monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    """Let masks be drawn for so many steps, and be interrupted in the next; once."""
    select, calls = uniform.select, itertools.count()

    def stopping(*arguments: Any, **options: Any) -> Any:
        if next(calls) == step:
            raise KeyboardInterrupt
        return select(*arguments, **options)

    monkeypatch.setattr(uniform, "select", stopping)


def _same_adapter(one: Path, other: Path) -> bool:
    kept, again = (load_file(folder / "adapter/adapter_model.safetensors") for folder in (one, other))
    return kept.keys() == again.keys() and all(torch.equal(kept[name], again[name]) for name in kept)


@pytest.mark.parametrize("method", STOPPED)
def test_a_stopped_run_ends_with_the_same_bits(
    corpus: Path,
    base: Path,
    method: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = run(corpus, "whole", method)
    _stop_at(monkeypatch, 6)
    with pytest.raises(KeyboardInterrupt):
        run(corpus, "stopped", method)
    assert checkpoint.steps(corpus / "stopped/checkpoints") == [4]
    assert not (corpus / "stopped/adapter").exists()
    again = run(corpus, "stopped", method)
    assert again["model_sha256"] == whole["model_sha256"]
    assert _same_adapter(corpus / "whole", corpus / "stopped")


@pytest.mark.parametrize("step", [5, 12], ids=["in the search", "after it"])
def test_a_run_that_was_stopped_over_its_ticket_finds_the_same_one(
    corpus: Path, base: Path, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = {"base": Base(folder=str(base)), "base_folder": base, "dropout": 0.0}
    start["adaptation"] = winning_ticket.Settings(search_steps=6)
    whole = pretrained(corpus, "whole", **start)
    _stop_at(monkeypatch, step)
    with pytest.raises(KeyboardInterrupt):
        pretrained(corpus, "stopped", **start)
    of_search = checkpoint.steps(corpus / "stopped/search/checkpoints")
    assert (of_search == [4]) == (step == 5)
    again = pretrained(corpus, "stopped", **start)
    assert again["model_sha256"] == whole["model_sha256"]
    assert _same_adapter(corpus / "whole", corpus / "stopped")


def test_another_recipe_does_not_go_on_with_a_ticket_that_was_half_found(
    corpus: Path, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = {"base": Base(folder=str(base)), "base_folder": base, "dropout": 0.0}
    start["adaptation"] = winning_ticket.Settings(search_steps=6)
    whole = pretrained(corpus, "whole", learning_rate=2e-2, **start)
    with monkeypatch.context() as patched:
        _stop_at(patched, 5)
        with pytest.raises(KeyboardInterrupt):
            pretrained(corpus, "stopped", **start)
    assert checkpoint.steps(corpus / "stopped/search/checkpoints") == [4]
    again = pretrained(corpus, "stopped", learning_rate=2e-2, **start)
    assert again["model_sha256"] == whole["model_sha256"]
    assert _same_adapter(corpus / "whole", corpus / "stopped")


def test_other_settings_of_the_method_start_afresh(
    corpus: Path,
    base: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    first = run(corpus, "run", "lora")
    assert run(corpus, "run", "lora") == first
    assert "already trained" in capsys.readouterr().err
    assert run(corpus, "run", "bitfit")["model_sha256"] != first["model_sha256"]
    assert "starting afresh" in capsys.readouterr().err


def test_a_model_without_biases_has_no_bitfit_and_is_told_what_it_can_have(corpus: Path) -> None:
    tiny("modernbert").save_pretrained(corpus / "base")
    with pytest.raises(UserError, match=r"encoder of this modernbert has no biases.*a method that works here: .*lora"):
        run(corpus, "run", "bitfit")
    assert not (corpus / "run/model").exists()
