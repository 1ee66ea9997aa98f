"""Shards hold exactly what the tokenizer says of each document, however they were made."""

import os
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from transformers import AutoTokenizer

from maskzoo.errors import UserError
from maskzoo.tokenization import plain
from maskzoo.tokenization.documents import texts
from maskzoo.tokenization.encode import pack
from maskzoo.tokenization.make import make_extended
from maskzoo.tokenization.shards import Shards
from maskzoo.tokenization.words import Encoder
from tests.tokenization.conftest import ALGORITHMS, LEGAL, write_documents


@pytest.fixture(scope="module")
def tokenizers(bases: dict[str, Path], legal: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("extended")
    for algorithm in ALGORITHMS:
        make_extended(bases[algorithm], "general", legal, root / algorithm, add=12, min_count=20)
    return {**bases, **{f"extended {algorithm}": root / algorithm for algorithm in ALGORITHMS}}


KINDS = [*ALGORITHMS, *(f"extended {algorithm}" for algorithm in ALGORITHMS)]


@pytest.mark.parametrize("kind", KINDS)
def test_shards_reproduce_the_tokenizer_document_by_document(
    tokenizers: dict[str, Path], legal: Path, tmp_path: Path, kind: str
) -> None:
    meta = pack(legal, tokenizers[kind], tmp_path / "tokens", workers=1)
    assert meta["words_cached"] is True
    shards = Shards.open(tmp_path / "tokens")
    tokenizer = AutoTokenizer.from_pretrained(str(tokenizers[kind]))
    for split in ("train", "validation", "test"):
        documents = list(texts(legal, [split]))
        tokens, offsets = shards.tokens(split), shards.documents(split)
        assert offsets.dtype == np.uint64
        assert (offsets[0], offsets[-1], len(offsets)) == (0, len(tokens), len(documents) + 1)
        expected = tokenizer(documents)["input_ids"]
        assert [tokens[start:end].tolist() for start, end in pairwise(offsets)] == expected
        counts = shards.meta["splits"][split]
        assert counts == {
            "documents": len(documents),
            "tokens": len(tokens),
            "bytes": sum(len(text.encode()) for text in documents),
        }
    assert shards.meta["mask_id"] == tokenizer.mask_token_id
    assert shards.meta["vocab_size"] == len(tokenizer)


@pytest.mark.parametrize("workers", [2])
def test_several_processes_write_the_same_bytes(
    bases: dict[str, Path], legal: Path, tmp_path: Path, workers: int
) -> None:
    pack(legal, bases["wordpiece"], tmp_path / "one", workers=1)
    pack(legal, bases["wordpiece"], tmp_path / "many", workers=workers)
    pack(legal, bases["wordpiece"], tmp_path / "plain", workers=1, cached=False)
    names = sorted(path.name for path in (tmp_path / "one").iterdir() if path.name != "meta.json")
    assert len(names) == 6
    for name in names:
        expected = (tmp_path / "one" / name).read_bytes()
        assert (tmp_path / "many" / name).read_bytes() == expected
        assert (tmp_path / "plain" / name).read_bytes() == expected


ODDITIES = [
    *(
        " ",
        "  ",
        "\n",
        "\t",
        "\r\n",
        "\x00",
        "\x0b",
        "\x1c",
        "\x85",
        "\xa0",
        "\u2003",
        "\u200b",
        "\u3000",
        "\ufeff",
        "▁",
        "Ġ",
        "##",
    ),
    *(
        "é",
        "e\u0301",
        "\u0301",
        "\u0344",
        "ﬁ",
        "¨",
        "İ",
        "ß",
        "ς",
        "中",
        "한",
        "🙂",
        "§",
        "_",
        "-",
        ".",
        "'s",
        "[MASK]",
        "<mask>",
        "[SEP]",
        "</s>",
        "12",
    ),
]
PIECES = st.one_of(st.sampled_from(ODDITIES), st.sampled_from([*LEGAL, "the", "The", "house"]), st.text(max_size=3))
HOSTILE = st.lists(st.lists(PIECES, max_size=14).map("".join), min_size=1, max_size=3)


@pytest.mark.parametrize("kind", KINDS)
@given(HOSTILE)
@example(["the   house \n\n the", " leading", "trailing  ", ""])
@example(["plaintiff <mask> plaintiff[MASK]plaintiff <mask>. plaintiff", "▁the ▁▁plaintiff▁"])
@settings(max_examples=150, deadline=None)
def test_looking_words_up_gives_the_same_ids_on_hostile_text(
    tokenizers: dict[str, Path], kind: str, documents: list[str]
) -> None:
    encoder = _encoder(tokenizers[kind])
    assert encoder.cut is not None
    documents = [text.encode(errors="ignore").decode() for text in documents]
    ids, counts = encoder.encode(documents)
    expected, expected_counts = encoder.encode_whole(documents)
    assert counts.tolist() == expected_counts.tolist()
    assert ids.tolist() == expected.tolist()


_ENCODERS: dict[Path, Encoder] = {}


def _encoder(folder: Path) -> Encoder:
    if folder not in _ENCODERS:
        _ENCODERS[folder] = Encoder(plain.load(folder).tokenizer)
    return _ENCODERS[folder]


def test_the_cache_of_words_is_bounded(bases: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("maskzoo.tokenization.words.CACHED_WORDS", 50)
    encoder = Encoder(plain.load(bases["bpe"]).tokenizer)
    for batch in range(20):
        documents = [f"house number {number} in town" for number in range(batch * 40, batch * 40 + 40)]
        assert encoder.encode(documents)[0].tolist() == encoder.encode_whole(documents)[0].tolist()
        assert len(encoder._index) + len(encoder._table) <= 150


def test_a_pipeline_that_is_not_understood_is_encoded_whole(bases: dict[str, Path]) -> None:
    from tokenizers import pre_tokenizers

    tokenizer = plain.load(bases["bpe"]).tokenizer
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    encoder = Encoder(tokenizer)
    assert encoder.cut is None
    assert not encoder.proven(["the house"])
    assert encoder.encode(["the house", ""])[1].tolist() == [len(tokenizer.encode("the house").ids), 2]


def test_a_cut_that_proves_wrong_is_never_used(bases: dict[str, Path]) -> None:
    encoder = Encoder(plain.load(bases["bpe"]).tokenizer)
    encoder.cut = list  # every character alone
    assert not encoder.proven(["the old house"])
    assert encoder.cut is None


@pytest.mark.parametrize("words", [2**16 - 5, 100])
def test_large_ids_take_wider_integers_even_behind_a_gap(words: int, legal: Path, tmp_path: Path) -> None:
    from tokenizers import Tokenizer, models, pre_tokenizers

    special = {"pad": "[PAD]", "unk": "[UNK]", "cls": "[CLS]", "sep": "[SEP]", "mask": "[MASK]"}
    vocabulary = {
        **{token: place for place, token in enumerate(special.values())},
        **{f"w{n}": 5 + n for n in range(words)},
    }
    vocabulary["the"] = 2**16
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    folder = tmp_path / "tokenizer"
    folder.mkdir()
    plain.Plain(tokenizer, special, 512).save(folder)
    meta = pack(legal, folder, tmp_path / "tokens")
    assert meta["dtype"] == "uint32"
    assert meta["vocab_size"] == 2**16 + 1
    assert (Shards.open(tmp_path / "tokens").tokens("train") == 2**16).any()


def test_empty_validation_is_allowed_and_empty_train_is_not(bases: dict[str, Path], tmp_path: Path) -> None:
    documents = write_documents(tmp_path / "documents.parquet", ["the house"], splits=["train"])
    pack(documents, bases["bpe"], tmp_path / "tokens")
    shards = Shards.open(tmp_path / "tokens")
    assert len(shards.tokens("test")) == 0
    assert shards.documents("test").tolist() == [0]
    write_documents(tmp_path / "documents.parquet", ["the house"], splits=["test"])
    with pytest.raises(UserError, match="train split holds no tokens"):
        pack(documents, bases["bpe"], tmp_path / "none")
    assert os.listdir(tmp_path).count("none") == 0


def test_shards_are_read_only_and_say_what_is_wrong(bases: dict[str, Path], legal: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="run `maskzoo tokens`"):
        Shards.open(tmp_path / "tokens")
    pack(legal, bases["bpe"], tmp_path / "tokens")
    shards = Shards.open(tmp_path / "tokens")
    with pytest.raises(ValueError, match="read-only"):
        shards.tokens("train")[0] = 1
    with pytest.raises(UserError, match="did you mean 'train'"):
        shards.tokens("trian")
    (tmp_path / "tokens" / "test.bin").write_bytes(b"")
    with pytest.raises(UserError, match=r"test\.bin: is not as long"):
        Shards.open(tmp_path / "tokens")


def test_a_token_that_normalises_to_signs_is_not_cut(bases: dict[str, Path]) -> None:
    from tokenizers import AddedToken, Tokenizer, normalizers

    tokenizer = Tokenizer.from_str(plain.load(bases["wordpiece"]).tokenizer.to_str())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.BertNormalizer(lowercase=False)])
    tokenizer.add_tokens([AddedToken("\u2026", normalized=True)])
    encoder = Encoder(tokenizer)
    texts = ["house... town", "house, town."]
    assert encoder.encode(texts)[0].tolist() == encoder.encode_whole(texts)[0].tolist()
