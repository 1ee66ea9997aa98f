"""Where a run starts: fresh weights, a base, a base with new words, a base without a head."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoConfig, AutoModel

from maskzoo.errors import UserError
from maskzoo.models.common.start import Vocabulary, add_rows, base_model, expect_frequencies, fresh_model
from tests.models.tiny import CONFIGS, VOCABULARY, tiny
from tests.pretraining.conftest import SPECIALS, write_tokenizer

WORDS = [f"w{number}" for number in range(60)]


def _base(folder: Path, name: str = "bert") -> Path:
    tiny(name).save_pretrained(folder)
    write_tokenizer(folder, WORDS)
    return folder


def _extended(folder: Path) -> Vocabulary:
    write_tokenizer(folder, [*WORDS, "indemnify", "lessor"])
    added = [{"token": "indemnify", "id": 65, "pieces": [10, 20]}, {"token": "lessor", "id": 66, "pieces": [7]}]
    (folder / "new_tokens.json").write_text(json.dumps({"added": added}))
    return Vocabulary(size=67, pad_id=0, mask_id=4, cls_id=2, sep_id=3, folder=folder)


def test_fresh_weights_follow_from_the_seed() -> None:
    def first(seed: int) -> torch.Tensor:
        return fresh_model(*CONFIGS["bert"], VOCABULARY, length=32, seed=seed).get_input_embeddings().weight

    assert torch.equal(first(0), first(0))
    assert not torch.equal(first(0), first(1))


@pytest.mark.parametrize("name", CONFIGS)
def test_a_fresh_model_has_positions_for_the_sequence(name: str) -> None:
    model = fresh_model(*CONFIGS[name], VOCABULARY, length=700, seed=0)
    assert model(input_ids=torch.full((1, 700), 7)).logits.shape == (1, 700, 65)


def test_too_few_positions_are_refused() -> None:
    architecture, config = CONFIGS["roberta"]
    with pytest.raises(UserError, match="sequence_length 64 is more than the 63 positions of this roberta"):
        fresh_model(architecture, {**config, "max_position_embeddings": 64}, VOCABULARY, length=64, seed=0)


def test_a_setting_that_the_architecture_does_not_have_is_refused() -> None:
    with pytest.raises(UserError, match="did you mean 'hidden_size'"):
        fresh_model("bert", {"hiden_size": 16}, VOCABULARY, length=16, seed=0)


def test_a_shape_that_cannot_be_is_refused() -> None:
    with pytest.raises(UserError, match="not a bert"):
        fresh_model("bert", {"hidden_size": 17, "num_attention_heads": 4}, VOCABULARY, length=16, seed=0)


def test_dropout_of_pretraining_does_not_reach_the_saved_config() -> None:
    model = fresh_model(*CONFIGS["bert"], VOCABULARY, length=16, seed=0, dropout=0.33)
    rates = {module.p for module in model.modules() if isinstance(module, torch.nn.Dropout)}
    assert rates == {0.33}
    assert model.config.hidden_dropout_prob == 0.1


@pytest.mark.parametrize("name", CONFIGS)
def test_dropout_is_off_or_on_in_every_architecture_as_said(name: str, tmp_path: Path) -> None:
    ids = torch.tensor([[2, 9, 4, 30, 12, 3]])

    def two_passes(model: Any) -> tuple[torch.Tensor, torch.Tensor]:
        with torch.no_grad():
            return model.train()(input_ids=ids).logits, model.train()(input_ids=ids).logits

    assert torch.equal(*two_passes(fresh_model(*CONFIGS[name], VOCABULARY, length=16, seed=0, dropout=0.0)))
    dropping = fresh_model(*CONFIGS[name], VOCABULARY, length=16, seed=0, dropout=0.4)
    assert not torch.equal(*two_passes(dropping))
    dropping.save_pretrained(tmp_path)
    assert torch.equal(*two_passes(base_model(tmp_path, VOCABULARY, length=16, seed=0, dropout=0.0)[0]))


@pytest.mark.parametrize("name", CONFIGS)
def test_new_words_start_as_the_mean_of_their_pieces(name: str) -> None:
    model = tiny(name)
    with torch.no_grad():
        before = model(input_ids=torch.tensor([[2, 9, 4, 3]])).logits
    table = model.get_input_embeddings().weight.detach().clone()
    add_rows(model, 67, {65: [10, 20], 66: [7]})
    new = model.get_input_embeddings().weight
    torch.testing.assert_close(new[65], (table[10] + table[20]) / 2)
    torch.testing.assert_close(new[66], table[7])
    assert torch.equal(new[:65], table)
    with torch.no_grad():
        logits = model.eval()(input_ids=torch.tensor([[2, 9, 4, 3]])).logits
    # the projection is linear, so what holds of its rows and biases holds of the logits
    torch.testing.assert_close(logits[..., :65], before)
    torch.testing.assert_close(logits[..., 65], (before[..., 10] + before[..., 20]) / 2)
    torch.testing.assert_close(logits[..., 66], before[..., 7])


def test_a_base_is_extended_by_its_tokenizer(tmp_path: Path) -> None:
    model, new_head = base_model(_base(tmp_path / "base"), _extended(tmp_path / "tokenizer"), length=32, seed=0)
    assert not new_head
    assert model.config.vocab_size == 67
    table = model.get_input_embeddings().weight
    torch.testing.assert_close(table[65], (table[10] + table[20]) / 2)


def test_new_words_in_rows_that_the_base_has_to_spare_start_the_same(tmp_path: Path) -> None:
    padded = tiny("bert")
    padded.resize_token_embeddings(80)
    padded.save_pretrained(tmp_path / "base")
    write_tokenizer(tmp_path / "base", WORDS)
    model, _ = base_model(tmp_path / "base", _extended(tmp_path / "tokenizer"), length=32, seed=0)
    table = model.get_input_embeddings().weight
    assert len(table) == 80
    torch.testing.assert_close(table[65], (table[10] + table[20]) / 2)
    torch.testing.assert_close(table[66], table[7])


def test_another_tokenizer_is_refused(tmp_path: Path) -> None:
    write_tokenizer(tmp_path / "other", list(reversed(WORDS)))
    vocabulary = Vocabulary(size=65, pad_id=0, mask_id=4, folder=tmp_path / "other")
    with pytest.raises(UserError, match="60 of the base's 65 tokens have another id"):
        base_model(_base(tmp_path / "base"), vocabulary, length=32, seed=0)


def test_another_tokenizer_is_refused_by_an_older_vocabulary_file_too(tmp_path: Path) -> None:
    tiny("bert").save_pretrained(tmp_path / "base")
    (tmp_path / "base" / "vocab.txt").write_text("\n".join([*SPECIALS, *WORDS]) + "\n")
    write_tokenizer(tmp_path / "same", WORDS)
    write_tokenizer(tmp_path / "other", list(reversed(WORDS)))
    base_model(tmp_path / "base", replace(VOCABULARY, folder=tmp_path / "same"), length=32, seed=0)
    with pytest.raises(UserError, match="60 of the base's 65 tokens have another id"):
        base_model(tmp_path / "base", replace(VOCABULARY, folder=tmp_path / "other"), length=32, seed=0)


def test_new_words_without_their_pieces_are_refused(tmp_path: Path) -> None:
    vocabulary = _extended(tmp_path / "tokenizer")
    (tmp_path / "tokenizer" / "new_tokens.json").unlink()
    with pytest.raises(UserError, match="the tokenizer has 67 tokens and the base 65"):
        base_model(_base(tmp_path / "base"), vocabulary, length=32, seed=0)


def test_a_base_without_a_head_gets_one(tmp_path: Path) -> None:
    config = AutoConfig.for_model("bert", vocab_size=65, pad_token_id=0, **CONFIGS["bert"][1])
    AutoModel.from_config(config).save_pretrained(tmp_path / "base")
    model, new_head = base_model(tmp_path / "base", VOCABULARY, length=32, seed=0)
    assert new_head
    assert model.get_output_embeddings().weight is model.get_input_embeddings().weight


def test_a_broken_base_is_refused(tmp_path: Path) -> None:
    base = _base(tmp_path / "base")
    (base / "model.safetensors").write_bytes(b"not tensors")
    with pytest.raises(UserError, match="is no safetensors file; copy or download it again"):
        base_model(base, VOCABULARY, length=32, seed=0)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"hidden_size": 32}, "cannot load"),
        ({"model_type": "deberta-v2", "conv_kernel_size": 3}, "a convolution over neighbouring tokens"),
        ({"model_type": "albert"}, "lacks weights of its encoder: albert.embeddings"),
        ({"model_type": "bart"}, "is an encoder with a decoder"),
        ({"is_decoder": True}, "is a decoder"),
        ({"model_type": "nonsense"}, r"cannot read .*config\.json"),
    ],
)
def test_a_base_whose_config_does_not_fit_is_refused(tmp_path: Path, changed: dict[str, object], said: str) -> None:
    config = _base(tmp_path / "base") / "config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), **changed}))
    with pytest.raises(UserError, match=said):
        base_model(tmp_path / "base", VOCABULARY, length=32, seed=0)


@pytest.mark.parametrize("name", CONFIGS)
def test_a_new_head_begins_at_the_frequencies_of_the_corpus(name: str) -> None:
    model = fresh_model(*CONFIGS[name], VOCABULARY, length=16, seed=0).eval()
    counts = torch.arange(65) ** 2
    expect_frequencies(model, counts)
    with torch.no_grad():
        guess = model(input_ids=torch.tensor([[2, 4, 3]])).logits.softmax(-1)[0, 1]
    assert torch.corrcoef(torch.stack([guess, counts.float()]))[0, 1] > 0.9
