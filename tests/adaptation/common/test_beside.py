"""What is trained beside an adapter: a head that the base lacked, rows of new words; and runs that cannot be merged."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModel, AutoModelForMaskedLM

from maskzoo.adaptation import bottleneck, lora, prompt, winning_ticket
from maskzoo.adaptation.common.adapter import load
from maskzoo.adaptation.common.scorer import load_scorer
from maskzoo.errors import UserError
from maskzoo.recipe.method import Method
from maskzoo.recipe.training import Base
from maskzoo.tasks.finetune import checkpoint_sha256
from tests.models.tiny import tiny
from tests.pretraining.runs import pretrained

FULL = 65


def run(corpus: Path, adaptation: Method | None, **changed: Any) -> dict[str, Any]:
    start = {"base": Base(folder=str(corpus / "base")), "base_folder": corpus / "base"}
    return pretrained(corpus, "run", adaptation=adaptation, dropout=0.0, learning_rate=1e-2, **start, **changed)


def states(model: Any) -> torch.Tensor:
    ids = torch.tensor([[2, 7, 9, 11, 4, 13, 3]])
    with torch.no_grad():
        return model.eval()(input_ids=ids).logits


@pytest.mark.parametrize("architecture", ["bert", "esm", "deberta-v2-new-head"])
def test_rows_of_new_words_are_trained_and_those_of_the_base_stay(corpus: Path, architecture: str) -> None:
    tiny(architecture).save_pretrained(corpus / "base")
    added = [{"id": number, "pieces": [7, 9]} for number in (61, 63, 64)]  # into rows that the base has to spare
    (corpus / "tokenizer/new_tokens.json").write_text(json.dumps({"added": added}))
    before = AutoModelForMaskedLM.from_pretrained(corpus / "base").get_input_embeddings().weight.detach()
    result = run(corpus, lora.Settings(rank=2))
    model = AutoModelForMaskedLM.from_pretrained(corpus / "run/model")
    after = model.get_input_embeddings().weight.detach()
    moved = (after != before).any(dim=1).nonzero()[:, 0].tolist()
    assert moved == [61, 63, 64]
    assert result["adaptation"]["base_unchanged"]
    mean = before[[7, 9]].mean(dim=0)
    assert not any(torch.allclose(after[number], mean) for number in moved)
    assert result["adaptation"]["trainable_parameters"] == 2 * 2 * 2 * 2 * 16 + 3 * 16
    kept = load_file(corpus / "run/adapter/beside.safetensors")
    assert {name: tuple(tensor.shape) for name, tensor in kept.items()} == {
        "rows.ids": (3,),
        "rows.embeddings": (3, 16),
        "rows.bias": (3,),
    }
    # the adapter alone, on the untouched base, is the merged model
    base = AutoModelForMaskedLM.from_pretrained(corpus / "base")
    load(base, corpus / "run/adapter")
    torch.testing.assert_close(states(base), states(model), atol=1e-5, rtol=1e-4)


def test_a_vocabulary_that_grew_is_loaded_onto_the_smaller_base(corpus: Path) -> None:
    model = tiny("bert")
    model.resize_token_embeddings(60)
    model.save_pretrained(corpus / "base")
    added = [{"id": number, "pieces": [7, 9]} for number in range(60, FULL)]
    (corpus / "tokenizer/new_tokens.json").write_text(json.dumps({"added": added}))
    run(corpus, lora.Settings(rank=2))
    base = AutoModelForMaskedLM.from_pretrained(corpus / "base")
    load(base, corpus / "run/adapter")
    merged = AutoModelForMaskedLM.from_pretrained(corpus / "run/model")
    assert base.get_input_embeddings().weight.shape == merged.get_input_embeddings().weight.shape == (FULL, 16)
    torch.testing.assert_close(states(base), states(merged), atol=1e-5, rtol=1e-4)


def test_a_head_that_the_base_lacked_is_trained_and_kept_beside(corpus: Path) -> None:
    encoder = tiny("bert").bert
    encoder.save_pretrained(corpus / "base")
    result = run(corpus, lora.Settings(rank=2), head_warmup_steps=3)
    assert result["new_head"]
    merged = AutoModelForMaskedLM.from_pretrained(corpus / "run/model")
    # transform: h x h + h, norm: h + h, and the vocabulary's bias; all of it, and the adapter
    assert result["adaptation"]["trainable_parameters"] == 2 * 2 * 2 * 2 * 16 + 16 * 16 + 3 * 16 + FULL
    plain = AutoModel.from_pretrained(corpus / "base")
    assert torch.equal(merged.get_input_embeddings().weight, plain.get_input_embeddings().weight)
    base = AutoModelForMaskedLM.from_pretrained(corpus / "base")
    load(base, corpus / "run/adapter")
    torch.testing.assert_close(states(base), states(merged), atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("settings", [bottleneck.Settings(reduction=4), prompt.Settings(length=3)])
def test_what_cannot_be_merged_lies_beside_the_base_and_is_used_by_all_that_comes_after(
    corpus: Path, base: Path, settings: Method
) -> None:
    result = run(corpus, settings)
    assert not result["adaptation"]["merged"]
    untouched = AutoModelForMaskedLM.from_pretrained(base)
    plain = AutoModelForMaskedLM.from_pretrained(corpus / "run/model")
    assert torch.equal(states(plain), states(untouched))  # the weights there are the base's
    scorer, reason = load_scorer(corpus / "run/model")
    assert reason is None
    assert not torch.allclose(states(scorer), states(untouched), atol=1e-3)
    before = checkpoint_sha256(corpus / "run/model")
    file = corpus / "run/model/adapter/adapter_config.json"
    file.write_text(file.read_text() + "\n")
    assert checkpoint_sha256(corpus / "run/model") != before
    with pytest.raises(UserError, match=r"holds a base and an adapter that cannot be merged.*lora"):
        again = {"base": Base(folder="x"), "base_folder": corpus / "run/model"}
        pretrained(corpus, "again", **again)


def test_the_ticket_is_searched_on_the_corpus_and_what_is_outside_stays(corpus: Path, base: Path) -> None:
    settings = winning_ticket.Settings(search_steps=6)
    result = run(corpus, settings)
    before = AutoModelForMaskedLM.from_pretrained(base).state_dict()
    after = AutoModelForMaskedLM.from_pretrained(corpus / "run/model").state_dict()
    weights = 2 * (4 * 16 * 16 + 2 * 16 * 32)
    assert result["adaptation"]["trainable_parameters"] == round(0.2 * weights)
    assert sum(int((after[name] != before[name]).sum()) for name in before) <= round(0.2 * weights)
    assert (corpus / "run/model/prepared/ticket.safetensors").is_file()
    assert run(corpus, settings) == result  # found again, and left alone
    # with no steps the ticket is all that is found: the weights are wound back
    run(corpus, settings, steps=0)
    rewound = AutoModelForMaskedLM.from_pretrained(corpus / "run/model").state_dict()
    assert all(torch.equal(rewound[name], before[name]) for name in before)
    assert (corpus / "run/model/prepared/ticket.safetensors").is_file()
