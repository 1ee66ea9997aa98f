"""ESM's tokenizer, reused: the same ids as the one that transformers has in Python; and our own design beside it."""

import json
from pathlib import Path

import pytest

from maskzoo.tokenization import plain
from maskzoo.tokenization.design import read_design
from maskzoo.tokenization.train import train

LETTERS = "LAGVSERTIDPKQNFYMHWCXBUZO"
VOCABULARY = ["<cls>", "<pad>", "<eos>", "<unk>", *LETTERS, ".", "-", "<null_1>", "<mask>"]
DESIGN = Path(__file__).parents[2] / "tokenizers" / "residues.yaml"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "vocab.txt").write_text("\n".join(VOCABULARY))
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "esm", "max_position_embeddings": 1026}))
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "EsmTokenizer"}))
    return tmp_path


@pytest.mark.parametrize("text", ["MKTAYIAKQRQISFVK", "M<mask>XBUZO", "AC-D.E", "MKJT", "MKT AYI", ""])
def test_it_gives_the_ids_of_the_original(folder, text):
    from transformers import EsmTokenizer

    original = EsmTokenizer(str(folder / "vocab.txt"))
    ours = plain.load(folder)
    assert ours.tokenizer.encode(text).ids == original(text)["input_ids"]


def test_it_knows_its_special_tokens_and_its_length(folder):
    loaded = plain.load(folder)
    assert loaded.special == {"pad": "<pad>", "unk": "<unk>", "cls": "<cls>", "sep": "<eos>", "mask": "<mask>"}
    assert loaded.max_length == 1024


def test_saved_it_loads_with_plain_transformers(folder, tmp_path):
    from transformers import AutoTokenizer

    target = tmp_path / "saved"
    target.mkdir()
    plain.load(folder).save(target)
    loaded = AutoTokenizer.from_pretrained(target)
    assert loaded("MKT")["input_ids"] == [0, 20, 15, 11, 2]
    assert loaded.mask_token_id == 32


def test_the_design_has_the_same_letters_and_special_tokens():
    trained = train(read_design(DESIGN), lambda: ["MKTAYI"], where="residues")
    vocabulary = trained.tokenizer.get_vocab()
    assert set(vocabulary) == set(VOCABULARY) - {".", "-", "<null_1>"}
    assert "".join(sorted((t for t in vocabulary if len(t) == 1), key=vocabulary.__getitem__)) == LETTERS
    assert trained.tokenizer.encode("MKJT").tokens == ["<cls>", "M", "K", "<unk>", "T", "<eos>"]
