"""Adapters learn a second domain almost as well as all weights do, and without them the first one is there unharmed."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import AutoModelForMaskedLM

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
from maskzoo.adaptation.common.adapter import adapt, head_names, load
from maskzoo.pretraining.evaluate import validate
from maskzoo.pretraining.run import open_tokens
from maskzoo.pretraining.world import World
from maskzoo.recipe.method import Method
from maskzoo.recipe.training import Base
from tests.models.tiny import tiny
from tests.pretraining.conftest import WORDS, write_shards, write_tokenizer
from tests.pretraining.runs import BERT, pretrained

METHODS: dict[str, Method] = {
    "lora": lora.Settings(places=("query", "value", "ffn_in", "ffn_out")),
    "ia3": ia3.Settings(),
    "ln_tuning": ln_tuning.Settings(),
    "bitfit": bitfit.Settings(),
    "bottleneck": bottleneck.Settings(placement="houlsby", reduction=2),
    "parallel": bottleneck.Settings(placement="parallel", reduction=2, scale=2.0),
    "invertible": invertible.Settings(reduction=2),
    "language_adapter": language_adapter.Settings(reduction=2),
    "binary_mask": binary_mask.Settings(),
    "winning_ticket": winning_ticket.Settings(search_steps=20),
}


def _second_domain(folder: Path) -> None:
    """Documents of two words, in turns, seven apart instead of one, and only from half of the vocabulary."""
    write_shards(folder)
    meta = json.loads((folder / "meta.json").read_text())
    rng = np.random.default_rng(1)
    for split, share in (("train", 1.0), ("validation", 0.3)):
        texts = []
        for _ in range(int(120 * share)):
            start, length = int(rng.integers(WORDS // 2)), int(rng.integers(4, 30))
            texts.append([2, *(5 + (start + 7 * (place % 2)) % (WORDS // 2) for place in range(length)), 3])
        flat = np.asarray([token for text in texts for token in text], dtype=np.uint16)
        flat.tofile(folder / f"{split}.bin")
        np.save(folder / f"{split}.documents.npy", np.cumsum([0, *map(len, texts)]).astype(np.uint64))
        meta["splits"][split] = {"documents": len(texts), "tokens": len(flat), "bytes": 4 * len(flat)}
    (folder / "meta.json").write_text(json.dumps(meta))


@pytest.fixture(scope="module")
def domains(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`a` with a base that was trained on it, and `b`."""
    torch.set_num_threads(1)
    root = tmp_path_factory.mktemp("domains")
    for name in ("a", "b"):
        write_tokenizer(root / name / "tokenizer", [f"w{number}" for number in range(WORDS)])
    write_shards(root / "a" / "tokens")
    _second_domain(root / "b" / "tokens")
    pretrained(root / "a", base=BERT, steps=250, learning_rate=1e-2, dropout=0.0, evaluate_every=250)
    return root


def adapted(domains: Path, folder: str, method: Method | None) -> dict[str, Any]:
    base = domains / "a" / "run" / "model"
    start = {"base": Base(folder=str(base)), "base_folder": base, "adaptation": method}
    return pretrained(domains / "b", folder, **start, steps=80, learning_rate=1e-2, dropout=0.0, evaluate_every=80)


def loss(model: Any, tokens: Path) -> float:
    data, _ = open_tokens(tokens, tokens.parent / "tokenizer", length=24)
    found = validate(model.eval(), data.validation, mask_id=4, batches=2, batch_size=8, world=World())
    return found.loss


@pytest.fixture(scope="module")
def full(domains: Path) -> float:
    """What training every weight reaches on the second domain."""
    return float(adapted(domains, "full", None)["validation_loss"])


@pytest.mark.parametrize("name", METHODS)
def test_it_learns_the_second_domain_and_forgets_nothing_once_it_is_gone(domains: Path, full: float, name: str) -> None:
    before = loss(AutoModelForMaskedLM.from_pretrained(domains / "a/run/model"), domains / "b/tokens")
    first = loss(AutoModelForMaskedLM.from_pretrained(domains / "a/run/model"), domains / "a/tokens")
    result = adapted(domains, name, METHODS[name])
    assert result["validation_loss"] < before - 0.1
    assert full < before - 0.1
    assert full < result["validation_loss"] + 0.1
    model = AutoModelForMaskedLM.from_pretrained(domains / "a/run/model")
    peft = load(model, domains / "b" / name / "adapter")
    assert loss(model, domains / "b/tokens") == pytest.approx(result["validation_loss"], abs=1e-4)
    assert loss(model, domains / "a/tokens") > first  # with the adapter on, the first domain suffers
    assert loss(peft.unload(), domains / "a/tokens") == first


def test_biases_fit_a_task_better_than_the_head_alone(tmp_path: Path) -> None:
    """Which of two words stands in a text, on top of a random encoder, after the same number of steps."""
    from transformers import AutoModelForSequenceClassification

    tiny("bert").save_pretrained(tmp_path)
    generator = torch.Generator().manual_seed(0)
    ids = torch.randint(5, 60, (64, 8), generator=generator)
    labels = torch.arange(64) % 2
    ids[torch.arange(64), torch.randint(1, 8, (64,), generator=generator)] = 60 + labels
    found = {}
    for name in ("frozen", "bitfit"):
        torch.manual_seed(0)
        model = AutoModelForSequenceClassification.from_pretrained(tmp_path, num_labels=2)
        if name == "bitfit":
            adapt(model, bitfit.Settings(), seed=0, head_is_trained=True)
        else:
            head = head_names(model)
            for parameter_name, parameter in model.named_parameters():
                parameter.requires_grad_(parameter_name in head)
        optimiser = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-2)
        for _ in range(150):
            loss = model.eval()(input_ids=ids, labels=labels).loss
            loss.backward()
            optimiser.step()
            optimiser.zero_grad()
        found[name] = float(loss)
    assert found["bitfit"] < 0.85 * found["frozen"]
