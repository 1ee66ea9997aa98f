"""What every method must do on every architecture: begin at the base, vanish without a trace, come back from disk."""

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from maskzoo import registry
from maskzoo.adaptation import (
    binary_mask,
    bitfit,
    bottleneck,
    ia3,
    invertible,
    language_adapter,
    ln_tuning,
    lora,
    winning_ticket,
)
from maskzoo.adaptation import prompt as soft_prompt
from maskzoo.adaptation.common.adapter import Adapter, adapt, load
from maskzoo.errors import UserError
from maskzoo.recipe.method import Method
from tests.adaptation.adapted import disturb, logits
from tests.models.tiny import CONFIGS, tiny

METHODS: dict[str, Method] = {
    "lora": lora.Settings(rank=4),
    "dora": lora.Settings(rank=4, dora=True),
    "rslora": lora.Settings(rank=4, rslora=True, places=("query", "ffn_in")),
    "ia3": ia3.Settings(),
    "ln_tuning": ln_tuning.Settings(),
    "bitfit": bitfit.Settings(),
    "houlsby": bottleneck.Settings(placement="houlsby", reduction=4),
    "pfeiffer": bottleneck.Settings(placement="pfeiffer", reduction=4),
    "parallel": bottleneck.Settings(placement="parallel", reduction=4, scale=4.0),
    "invertible": invertible.Settings(reduction=4),
    "binary_mask": binary_mask.Settings(sparsity=0.3),
    "winning_ticket": winning_ticket.Settings(ticket="random"),
    "ticket_and_prompts": winning_ticket.Settings(ticket="random", prompts=3),
    "prompt": soft_prompt.Settings(length=3),
    "language_adapter": language_adapter.Settings(language="tsn", languages=("eng",), reduction=4),
}
# what begins elsewhere than at the base, bit for bit: DoRA divides by the lengths that it multiplies with
ELSEWHERE = {"binary_mask", "prompt", "ticket_and_prompts", "dora"}


MODELS = {name: tiny(name) for name in CONFIGS}


def applies(method: str, model: Any) -> bool:
    settings = METHODS[method]
    module = registry.load("adaptation", settings.method)
    return module.objection(model, settings) is None


CASES = [(method, name) for name in CONFIGS for method in METHODS if applies(method, MODELS[name])]


def test_few_methods_are_refused_and_only_where_they_must_be() -> None:
    refused = {(method, name) for method in METHODS for name in CONFIGS} - set(CASES)
    prompts = {
        (method, name) for method in ("prompt", "ticket_and_prompts") for name in CONFIGS if name[:3] in ("deb", "esm")
    }
    assert refused == {("bitfit", "modernbert"), ("invertible", "esm"), ("invertible", "esm-rotary"), *prompts}


def native(model: Any) -> Tensor:
    """Logits as transformers computes them, one text a row, the second padded."""
    ids = torch.tensor([[2, 7, 9, 11, 4, 13, 3], [2, 31, 32, 4, 3, 0, 0]])
    with torch.no_grad():
        return model(input_ids=ids, attention_mask=(ids != 0).long()).logits[ids != 0]


def adapted(method: str, name: str) -> tuple[Adapter, Tensor, Tensor]:
    """An adapter on a tiny model that is as it began, and the base's logits."""
    model = tiny(name)
    before = logits(model), native(model)
    return adapt(model, METHODS[method], seed=3), *before


@pytest.mark.parametrize(("method", "name"), CASES)
def test_it_begins_at_the_base_learns_and_is_gone_when_it_is_disabled_or_removed(method: str, name: str) -> None:
    adapter, packed, single = adapted(method, name)
    model = adapter.model.eval()
    if method not in ELSEWHERE:
        assert float((logits(model) - packed).abs().max()) == 0.0
        assert float((native(model) - single).abs().max()) == 0.0
    elif method == "dora":
        torch.testing.assert_close(logits(model), packed, atol=1e-5, rtol=0)
    disturb(model)
    assert not torch.allclose(logits(model), packed, atol=1e-3)
    assert not torch.allclose(native(model), single, atol=1e-3)
    with adapter.peft.disable_adapter():
        assert torch.equal(logits(model), packed)
        assert torch.equal(native(model), single)
    assert not torch.equal(logits(model), packed)
    plain = adapter.removed()
    assert plain is adapter.model
    assert torch.equal(logits(plain), packed)
    assert plain.state_dict().keys() == MODELS[name].state_dict().keys()


@pytest.mark.parametrize(("method", "name"), CASES)
def test_the_loop_and_transformers_go_through_the_same_adapter(method: str, name: str) -> None:
    """A text alone gets the logits that it gets beside others in a packed window, prompts and all."""
    adapter, _, _ = adapted(method, name)
    model = adapter.model.eval()
    disturb(model)
    ids = torch.tensor([[2, 7, 9, 11, 4, 13, 3]])
    with torch.no_grad():
        alone = model(input_ids=ids, attention_mask=torch.ones_like(ids)).logits[0]
    torch.testing.assert_close(logits(model)[0, :7], alone, atol=2e-5, rtol=1e-4)


@pytest.mark.parametrize(("method", "name"), CASES)
def test_merged_is_what_unmerged_was_or_is_refused(method: str, name: str) -> None:
    adapter, _, _ = adapted(method, name)
    model = adapter.model.eval()
    disturb(model, 0.02)
    unmerged = logits(model)
    if not adapter.merges:
        with pytest.raises(ValueError, match="cannot be merged: the base has no weights that could hold it"):
            adapter.merged()
        return
    plain = adapter.merged()
    assert plain.state_dict().keys() == MODELS[name].state_dict().keys()
    scale = max(1.0, float(unmerged.abs().max()))
    assert float((logits(plain) - unmerged).abs().max()) / scale < 1e-6


@pytest.mark.parametrize(("method", "name"), [case for case in CASES if case[1] in ("bert", "modernbert")])
def test_saved_alone_and_loaded_on_the_base_it_answers_alike(method: str, name: str, tmp_path: Path) -> None:
    adapter, packed, _ = adapted(method, name)
    model = adapter.model.eval()
    disturb(model)
    trained = logits(model)
    adapter.save(tmp_path / "adapter", base="somebody/base")
    fresh = tiny(name)
    assert torch.equal(logits(fresh), packed)
    loaded = load(fresh, tmp_path / "adapter")
    assert torch.equal(logits(fresh.eval()), trained)
    with loaded.disable_adapter():
        assert torch.equal(logits(fresh), packed)


@pytest.mark.parametrize("method", ["bitfit", "pfeiffer", "binary_mask", "winning_ticket", "invertible"])
def test_several_on_one_base_take_turns(method: str, tmp_path: Path) -> None:
    adapter, packed, _ = adapted(method, "bert")
    disturb(adapter.model.eval())
    adapter.save(tmp_path / "one", base=None)
    one = logits(adapter.model)
    disturb(adapter.model)
    adapter.save(tmp_path / "two", base=None)
    two = logits(adapter.model)
    model = tiny("bert")
    peft = load(model, tmp_path / "one")
    peft.load_adapter(str(tmp_path / "two"), adapter_name="two")
    model.eval()
    assert torch.equal(logits(model), one)
    peft.set_adapter("two")
    assert torch.equal(logits(model), two)
    peft.set_adapter("default")
    assert torch.equal(logits(model), one)
    peft.delete_adapter("two")
    assert torch.equal(logits(model), one)
    assert torch.equal(logits(peft.unload()), packed)


@pytest.mark.parametrize("method", ["bitfit", "binary_mask", "winning_ticket"])
def test_unmerging_gives_the_base_back_bit_for_bit(method: str) -> None:
    adapter, packed, _ = adapted(method, "bert")
    model = adapter.model.eval()
    disturb(model)
    trained = logits(model)
    adapter.peft.merge_adapter()
    assert torch.equal(logits(model), trained)
    adapter.peft.unmerge_adapter()
    with adapter.peft.disable_adapter():
        assert torch.equal(logits(model), packed)
    assert torch.equal(logits(model), trained)


def test_a_refusal_names_the_methods_that_this_very_model_can_have() -> None:
    with pytest.raises(UserError) as refusal:
        adapt(tiny("modernbert"), bitfit.Settings(), seed=0)
    assert "this modernbert has no biases" in str(refusal.value)
    named = str(refusal.value).split("a method that works here: ")[1].split(", ")
    assert set(named) == {METHODS[method].method for method, name in CASES if name == "modernbert"}


@pytest.mark.parametrize("method", METHODS)
def test_a_base_that_was_touched_is_noticed(method: str) -> None:
    model = tiny("bert")
    adapter = adapt(model, METHODS[method], seed=3, measured=True)
    disturb(model)
    assert adapter.base_is_unchanged()
    with torch.no_grad():
        model.get_input_embeddings().weight[7, 3] += 1e-6
    assert not adapter.base_is_unchanged()
