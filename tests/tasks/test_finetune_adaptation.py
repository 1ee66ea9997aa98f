"""Fine-tuning with adapters, frozen blocks, block-wise rates, gradual unfreezing and smoothed labels."""

import copy
import json
import math
from pathlib import Path
from typing import Any

import pytest
import torch

from maskzoo.adaptation import bitfit, bottleneck, lora, winning_ticket
from maskzoo.errors import UserError
from maskzoo.recipe.finetuning import Finetuning
from maskzoo.tasks import finetune_training
from maskzoo.tasks.depths import Depths, Unfreeze, optimiser
from maskzoo.tasks.finetune import Start, finetune
from maskzoo.tasks.losses import class_loss
from tests.models.tiny import tiny

QUICK = Finetuning(epochs=2, batch_size=16, learning_rate=3e-3, max_length=32)


class _Outputs:
    def __init__(self, logits: Any) -> None:
        self.logits = logits


def with_settings(**changed: Any) -> Finetuning:
    return QUICK.model_copy(update=changed)


def weights(colours: Any, checkpoint: Path, folder: Path, settings: Finetuning, monkeypatch: Any) -> tuple[Any, Any]:
    """Weights of the task's model before and after all epochs of a run."""
    kept: dict[str, Any] = {}
    train = finetune_training._train

    def watching(model: Any, *arguments: Any, **options: Any) -> None:
        kept["before"] = copy.deepcopy(model.state_dict())
        train(model, *arguments, **options)
        kept["after"] = model.state_dict()

    monkeypatch.setattr(finetune_training, "_train", watching)
    finetune("tiny", colours, settings, {0: Start(checkpoint, 0)}, folder)
    return kept["before"], kept["after"]


def test_settings_that_are_not_used_change_no_fingerprint() -> None:
    assert set(Finetuning().model_dump()) == {
        *("epochs", "batch_size", "learning_rate", "weight_decay", "warmup", "max_length", "class_weights")
    }
    assert with_settings(layer_decay=0.9).model_dump()["layer_decay"] == 0.9


@pytest.mark.parametrize("adaptation", [lora.Settings(rank=2), bitfit.Settings(), bottleneck.Settings(reduction=4)])
def test_an_adapter_and_the_new_head_are_all_that_moves(colours, tiny_bert, tmp_path, monkeypatch, adaptation):
    settings = with_settings(adaptation=adaptation)
    before, after = weights(colours, tiny_bert, tmp_path, settings, monkeypatch)
    moved = {name for name in after if not torch.equal(after[name], before[name])}
    own = ("lora_", "bitfit_", "bottleneck_", "classifier", "pooler")
    assert moved
    assert all(any(part in name for part in own) for name in moved)
    assert any("classifier" in name for name in moved)
    assert any(part in name for name in moved for part in own[:3])
    [seed] = json.loads((tmp_path / "results.json").read_text())["seeds"]
    found = seed["details"]["adaptation"]
    assert found["method"] == adaptation.method
    assert found["trainable_parameters"] < found["parameters"] / 3
    assert seed["hyperparameters"]["adaptation"]["method"] == adaptation.method


def test_a_ticket_of_pretraining_is_taken_up_and_a_missing_one_refused(colours, tiny_bert, tmp_path):
    with pytest.raises(UserError, match=r"no ticket in"):
        finetune(
            "tiny", colours, with_settings(adaptation=winning_ticket.Settings()), {0: Start(tiny_bert, 0)}, tmp_path
        )
    chance = with_settings(adaptation=winning_ticket.Settings(ticket="random"))
    finetune("tiny", colours, chance, {0: Start(tiny_bert, 0)}, tmp_path)
    [seed] = json.loads((tmp_path / "results.json").read_text())["seeds"]
    assert seed["details"]["adaptation"]["method"] == "winning_ticket"


def test_frozen_blocks_stay_bit_for_bit(colours, tiny_bert, tmp_path, monkeypatch):
    before, after = weights(colours, tiny_bert, tmp_path, with_settings(frozen_blocks=1), monkeypatch)
    for name, tensor in after.items():
        frozen = "embeddings" in name or "layer.0." in name
        assert torch.equal(tensor, before[name]) == frozen or not tensor.is_floating_point(), name
    with pytest.raises(UserError, match=r"frozen_blocks: 9 blocks; expected at most the \d+ of this model"):
        finetune("tiny", colours, with_settings(frozen_blocks=9), {0: Start(tiny_bert, 0)}, tmp_path)


def test_while_the_head_alone_is_trained_the_encoder_stays_bit_for_bit(colours, tiny_bert, tmp_path, monkeypatch):
    before, after = weights(colours, tiny_bert, tmp_path, with_settings(head_epochs=2), monkeypatch)
    for name, tensor in after.items():
        head = "classifier" in name or "pooler" in name
        assert torch.equal(tensor, before[name]) != head or not tensor.is_floating_point(), name


@pytest.mark.parametrize("more", [{}, {"head_epochs": 2}, {"frozen_blocks": 1}])
def test_as_many_numbers_are_counted_as_moved(colours, tiny_bert, tmp_path, monkeypatch, more):
    before, after = weights(colours, tiny_bert, tmp_path, with_settings(**more), monkeypatch)
    moved = sum(tensor.numel() for name, tensor in after.items() if not torch.equal(tensor, before[name]))
    details = json.loads((tmp_path / "seeds/seed0.json").read_text())["result"]["details"]
    assert details["trained_parameters"] == moved


def test_rates_fall_by_the_formula_from_the_top() -> None:
    model = tiny("bert")
    depths = Depths(model)
    made = optimiser(depths, with_settings(layer_decay=0.5), 1e-2)
    assert made is not None
    rates = {id(p): group["lr"] for group in made.param_groups for p in group["params"]}
    decays = {id(p): group["weight_decay"] for group in made.param_groups for p in group["params"]}
    for name, parameter in model.named_parameters():
        wanted = 1e-2
        if "embeddings" in name:
            wanted *= 0.5**2
        elif "layer.0." in name:
            wanted *= 0.5
        assert rates[id(parameter)] == pytest.approx(wanted), name
        assert decays[id(parameter)] == (0.01 if parameter.ndim >= 2 else 0.0)
    assert optimiser(depths, QUICK, 1e-2) is None


def test_blocks_thaw_from_the_top() -> None:
    thaw = Unfreeze(Depths(tiny("bert")), head_epochs=1, every=2)
    assert [thaw.lowest(epoch) for epoch in range(8)] == [3, 2, 2, 1, 1, 0, 0, 0]
    at_once = Unfreeze(Depths(tiny("bert")), head_epochs=2, every=None)
    assert [at_once.lowest(epoch) for epoch in range(4)] == [3, 3, 0, 0]


def test_smoothed_labels_cost_what_they_cost_by_hand() -> None:
    even = class_loss([0, 1, 2], 3, balanced=False, smoothing=0.1)
    assert float(even(_Outputs(torch.zeros(1, 3)), torch.tensor([1]))) == pytest.approx(math.log(3))
    two = class_loss([0, 1], 2, balanced=False, smoothing=0.1)
    logits = torch.tensor([[math.log(0.9), math.log(0.1)]])
    assert float(two(_Outputs(logits), torch.tensor([0]))) == pytest.approx(0.95 * 0.10536 + 0.05 * 2.30259, abs=1e-4)


def test_smoothing_is_for_classes_and_a_new_head_for_tasks_that_have_one() -> None:
    from pydantic import ValidationError

    from maskzoo.recipe.task import task_from

    cloze = {"title": "x", "type": "cloze", "metric": "cloze_accuracy", "spans": "s"}
    source = {"glob": "x", "licence": "MIT", "read": {"format": "txt"}}
    for key, value in (("label_smoothing", 0.1), ("head_epochs", 1)):
        with pytest.raises(ValidationError, match=key):
            task_from({**cloze, "data": {"all": source}, "finetuning": {key: value}})
