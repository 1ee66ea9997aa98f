"""Saved is what was trained: untied bases, grown vocabularies, adapters beside a base, each read back first."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoConfig, AutoModelForMaskedLM, PreTrainedModel

from maskzoo import tuners
from maskzoo.adaptation import bitfit, lora
from maskzoo.adaptation.common.scorer import load_scorer
from maskzoo.errors import UserError
from maskzoo.loading import load_model
from maskzoo.models.common.read_back import answers, check_model, fixed_batch, same
from maskzoo.recipe.method import Method
from maskzoo.recipe.training import Base
from tests.models.tiny import CONFIGS, tiny
from tests.pretraining.conftest import WORDS, write_shards, write_tokenizer
from tests.pretraining.runs import pretrained

OWN_BIAS = [name for name in CONFIGS if not name.startswith("esm-")]


def base_of(folder: Path, name: str, *, rows: int, tied: bool = True) -> Path:
    """A base with every weight random, its output bias too."""
    model = _made(name, rows, tie_word_embeddings=tied)
    model.save_pretrained(folder)
    return folder


def _made(name: str, rows: int, **given: Any) -> Any:
    architecture, config = CONFIGS[name]
    torch.manual_seed(0)
    shape = AutoConfig.for_model(architecture, **{**config, "vocab_size": rows, "pad_token_id": 0, **given})
    model = AutoModelForMaskedLM.from_config(shape, dtype=torch.float32)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.3 * torch.randn(parameter.shape))
    return model.eval()


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Tokens, and a tokenizer whose last words `extend` added."""
    write_tokenizer(tmp_path / "tokenizer", [f"w{number}" for number in range(WORDS)])
    write_shards(tmp_path / "tokens")
    added = [{"id": number, "pieces": [7, 9]} for number in range(60, 65)]
    (tmp_path / "tokenizer" / "new_tokens.json").write_text(json.dumps({"added": added}))
    return tmp_path


def run(corpus: Path, adaptation: Method | None = None) -> dict[str, Any]:
    start = {"base": Base(folder=str(corpus / "base")), "base_folder": corpus / "base"}
    return pretrained(corpus, adaptation=adaptation, steps=6, learning_rate=1e-2, **start)


def trained(corpus: Path) -> Any:
    """What plain transformers make of the folder that a run left; nothing may be missing."""
    model, report = AutoModelForMaskedLM.from_pretrained(corpus / "run/model", output_loading_info=True)
    assert not any(report[kind] for kind in ("missing_keys", "mismatched_keys", "unexpected_keys"))
    return model.eval()


@pytest.mark.parametrize("name", OWN_BIAS)
def test_an_untied_base_with_new_words_is_trained_and_loads_with_its_output_bias(corpus: Path, name: str) -> None:
    base = base_of(corpus / "base", name, rows=60, tied=False)
    run(corpus)
    model, before = trained(corpus), AutoModelForMaskedLM.from_pretrained(base)
    output = model.get_output_embeddings() if name != "deberta-v2-new-head" else None
    if output is not None and output.bias is not None:
        assert (output.bias.abs() > 0).all(), "the base's bias is there, and new words have one"
        assert (output.bias[:60] != before.get_output_embeddings().bias).any(), "it was trained"
    scorer, reason = load_scorer(corpus / "run/model")
    assert reason is None
    ids = fixed_batch(model)
    assert torch.equal(answers(scorer, ids), answers(model, ids))


@pytest.mark.parametrize("name", ["bert", "roberta", "xlm-roberta", "deberta-v2"])
def test_an_untied_base_that_has_its_output_bias_under_one_name_keeps_it(tmp_path: Path, name: str) -> None:
    base = base_of(tmp_path / "base", name, rows=65, tied=False)
    kept = load_file(base / "model.safetensors")
    [decoder] = [key for key in kept if key.endswith("decoder.bias")]
    wanted = kept.pop(decoder)
    kept[decoder.replace(".decoder.bias", ".bias")] = wanted  # as transformers 4 wrote it
    save_file(kept, base / "model.safetensors", {"format": "pt"})
    model, report = load_model(AutoModelForMaskedLM, base)
    assert (report["missing_keys"], report["renamed_keys"]) == (set(), {decoder})
    assert torch.equal(model.get_output_embeddings().bias, wanted)
    assert load_scorer(base)[1] is None


@pytest.mark.parametrize("tied", [True, False], ids=["tied", "untied"])
@pytest.mark.parametrize("rows", [60, 80], ids=["grown", "spare rows"])
@pytest.mark.parametrize("name", OWN_BIAS)
def test_an_adapter_on_new_words_is_the_merged_model_with_the_call_that_its_page_names(
    corpus: Path, name: str, rows: int, tied: bool
) -> None:
    base = base_of(corpus / "base", name, rows=rows, tied=tied)
    run(corpus, lora.Settings(rank=2))
    merged = trained(corpus)
    page = (corpus / "run/adapter/README.md").read_text()
    assert "maskzoo.tuners.load(base" in page
    assert "`PeftModel.from_pretrained` would give another model" in page
    loaded = tuners.load(AutoModelForMaskedLM.from_pretrained(base), corpus / "run/adapter")
    ids = fixed_batch(merged)
    torch.testing.assert_close(answers(loaded, ids), answers(merged, ids), atol=1e-4, rtol=1e-4)


def test_an_adapter_that_trains_the_output_bias_keeps_that_of_new_words_once(corpus: Path) -> None:
    base = base_of(corpus / "base", "bert", rows=60)
    run(corpus, bitfit.Settings())
    merged = trained(corpus)
    loaded = tuners.load(AutoModelForMaskedLM.from_pretrained(base), corpus / "run/adapter")
    ids = fixed_batch(merged)
    torch.testing.assert_close(answers(loaded, ids), answers(merged, ids), atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("changed", ["weight", "bias", "lost"])
def test_a_folder_that_is_not_the_model_is_refused(tmp_path: Path, changed: str) -> None:
    model = tiny("bert")
    model.save_pretrained(tmp_path)
    check_model(model, tmp_path)
    kept = load_file(tmp_path / "model.safetensors")
    if changed == "weight":
        kept["bert.encoder.layer.1.output.dense.weight"][0, 0] += 1
    elif changed == "bias":
        kept["cls.predictions.bias"][64] += 0.5  # of the last word alone
    else:
        del kept["bert.encoder.layer.0.output.dense.weight"]
    save_file(kept, tmp_path / "model.safetensors", {"format": "pt"})
    said = (
        "what was saved lacks bert" if changed == "lost" else "what was saved is not what was trained: .* differ by up"
    )
    with pytest.raises(UserError, match=said):
        check_model(model, tmp_path)


def test_a_run_that_saves_something_else_is_not_done(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base_of(corpus / "base", "bert", rows=60)
    save = PreTrainedModel.save_pretrained

    def lossy(model: Any, folder: Any, **given: Any) -> None:
        save(model, folder, **given)
        kept = load_file(Path(folder) / "model.safetensors")
        kept["cls.predictions.bias"][60:] = 0
        save_file(kept, Path(folder) / "model.safetensors", {"format": "pt"})

    monkeypatch.setattr(PreTrainedModel, "save_pretrained", lossy)
    with pytest.raises(UserError, match="what was saved is not what was trained"):
        run(corpus)
    assert not (corpus / "run/run.json").exists()
    assert not (corpus / "run/model").exists()
    assert list((corpus / "run/checkpoints").iterdir())
    monkeypatch.undo()
    run(corpus)
    trained(corpus)


def test_answers_of_another_shape_or_none_are_not_the_same() -> None:
    wanted = torch.ones(2, 3, 4)
    assert same(wanted + 1e-6, wanted)
    assert not same(wanted + 1e-2, wanted)
    assert not same(wanted[..., :3], wanted)
    assert not same(wanted * float("nan"), wanted)


def test_the_fixed_batch_asks_for_the_last_words_and_fits_the_model() -> None:
    model = tiny("roberta", length=12)
    ids = fixed_batch(model)
    assert ids.max() == 64
    assert ids.shape[1] <= 512
    assert torch.equal(ids, fixed_batch(tiny("roberta", length=12, seed=3)))
