"""Each algorithm trains, loads in plain transformers, gives text back, and comes out the same twice."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tokenizers import pre_tokenizers, trainers
from transformers import AutoTokenizer

from maskzoo.errors import UserError
from maskzoo.tokenization import plain
from maskzoo.tokenization.documents import texts
from maskzoo.tokenization.make import make_trained
from maskzoo.tokenization.train import LONGEST, train, untrained, with_gaps
from maskzoo.tokenization.unigram import train_pieces
from maskzoo.tokenization.word_counts import counted
from tests.tokenization.conftest import ALGORITHMS, design, write_documents


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_transformers_loads_it_with_all_special_tokens(bases: dict[str, Path], algorithm: str) -> None:
    tokenizer = AutoTokenizer.from_pretrained(str(bases[algorithm]))
    ids = tokenizer("the old bridge")["input_ids"]
    assert ids[0] == tokenizer.cls_token_id
    assert ids[-1] == tokenizer.sep_token_id
    assert sorted(tokenizer.all_special_ids) == [0, 1, 2, 3, 4]
    assert tokenizer.pad_token_id == 0
    assert tokenizer.model_max_length == 512
    assert tokenizer("the [MASK] bridge")["input_ids"].count(tokenizer.mask_token_id) == 1
    assert set(tokenizer("one", "two")) == {"input_ids", "attention_mask"}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_decoding_gives_the_text_back(bases: dict[str, Path], general: Path, algorithm: str) -> None:
    tokenizer = AutoTokenizer.from_pretrained(str(bases[algorithm]))
    for text in list(texts(general, ["test"]))[:20]:
        decoded = tokenizer.decode(tokenizer(text)["input_ids"], skip_special_tokens=True)
        if algorithm == "bpe":
            assert decoded == text
        elif algorithm == "unigram":
            assert decoded == " ".join(text.split())
        else:  # WordPiece does not keep where spaces stood around punctuation
            assert "".join(decoded.split()) == "".join(text.split())


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_offsets_point_at_the_text(bases: dict[str, Path], algorithm: str) -> None:
    text = "Walks under the bridge, reading."
    encoding = plain.load(bases[algorithm]).tokenizer.encode(text)
    covered = "".join(text[start:end] for start, end in encoding.offsets)
    assert "".join(covered.split()) == "".join(text.split())


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_another_process_trains_the_same_bytes(
    bases: dict[str, Path], general: Path, tmp_path: Path, algorithm: str
) -> None:
    program = (
        "from pathlib import Path; from maskzoo.tokenization.make import make_trained; "
        "from maskzoo.tokenization.design import Design; "
        f"make_trained(Design.model_validate({design(algorithm).model_dump()!r}), Path({str(general)!r}), "
        f"Path({str(tmp_path / 'again')!r}), where='test')"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
    for name in plain.FILES:
        assert (tmp_path / "again" / name).read_bytes() == (bases[algorithm] / name).read_bytes()


def test_unigram_gives_a_frequent_word_a_piece_of_its_own_and_the_best_score() -> None:
    words = {"▁the": 900, "▁then": 3, "▁than": 3, "▁hat": 2, "▁ten": 2}
    pieces = dict(train_pieces(words, 20))
    assert max(pieces, key=pieces.__getitem__) == "▁the"
    assert set("▁thean") <= set(pieces)
    assert train_pieces(dict(reversed(words.items())), 20) == list(pieces.items())


def test_unigram_cuts_at_the_sign_that_sentencepiece_keeps_for_itself(tmp_path: Path) -> None:
    documents = write_documents(tmp_path / "documents.parquet", ["left\u2585right bridge"] * 9, splits=["train"] * 9)
    make_trained(design("unigram", vocab_size=64), documents, tmp_path / "t", where="test")
    tokenizer = plain.load(tmp_path / "t").tokenizer
    assert {"l", "r", "b"} <= set("".join(tokenizer.get_vocab()))
    assert "\u2585" not in "".join(tokenizer.get_vocab())
    assert tokenizer.token_to_id("[UNK]") not in tokenizer.encode("left right bridge").ids
    signs = write_documents(tmp_path / "signs.parquet", ["\u2585 \u2585"], splits=["train"])
    with pytest.raises(UserError, match="no word is left of the train split's text"):
        make_trained(design("unigram", vocab_size=64), signs, tmp_path / "none", where="test")


def test_words_are_counted_as_the_whole_text_is_cut(general: Path) -> None:
    some = list(texts(general, ["train"]))[:50]
    for algorithm in ("wordpiece", "unigram"):
        tokenizer = untrained(design(algorithm))
        normal = [tokenizer.normalizer.normalize_str(text) for text in some]
        whole = Counter(word for text in normal for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(text))
        found: Counter[str] = Counter()
        for word, count in counted(tokenizer, some):
            found[word] += count
        assert found == whole


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_documents_of_white_space_alone_are_no_text(tmp_path: Path, algorithm: str) -> None:
    documents = write_documents(tmp_path / "documents.parquet", ["  ", "\n"], splits=["train", "train"])
    with pytest.raises(UserError, match="the train split holds no text to train a tokenizer on"):
        make_trained(design(algorithm), documents, tmp_path / "t", where="test")


@pytest.mark.parametrize(
    "normaliser",
    [{"unicode": "nfc"}, {"unicode": "nfkc", "lowercase": True}, {"unicode": "none", "strip_accents": True}],
)
def test_bpe_is_what_the_library_trains_behind_the_same_normaliser(normaliser: dict[str, Any]) -> None:
    made = design("bpe", vocab_size=400, normaliser=normaliser)
    some = [
        "Caf\u00e9 \ufb01ne",
        "cafe\u0301 fine caf\u00e9",
        "the CAF\u00c9 of the \u2460 fine \u212bngstr\u00f6m",
    ] * 5
    whole = untrained(made)
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        min_frequency=made.min_frequency,
        special_tokens=list(made.special_tokens.names.values()),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    whole.train_from_iterator(some, trainer)
    ours = train(made, lambda: some, where="test").tokenizer
    one, other = (json.loads(tokenizer.to_str()) for tokenizer in (whole, ours))
    assert one["model"]["merges"] == other["model"]["merges"]
    assert one["model"]["vocab"] == other["model"]["vocab"]
    assert one["normalizer"] == other["normalizer"]


@pytest.mark.parametrize("algorithm", ["wordpiece", "unigram"])
def test_the_alphabet_keeps_the_most_frequent_characters(general: Path, tmp_path: Path, algorithm: str) -> None:
    make_trained(design(algorithm, limit_alphabet=20, vocab_size=150), general, tmp_path / "t", where="test")
    entries = plain.load(tmp_path / "t").tokenizer.get_vocab()
    assert len({entry for entry in entries if len(entry) == 1 and entry != "▁"}) <= 20


def test_a_vocabulary_smaller_than_the_alphabet_is_refused(general: Path, tmp_path: Path) -> None:
    with pytest.raises(
        UserError, match=r"design.yaml: vocab_size: vocab_size 64 is smaller than the alphabet; expected more than \d+"
    ):
        make_trained(design("wordpiece", vocab_size=64), general, tmp_path / "t", where="design.yaml")
    assert not (tmp_path / "t").exists()


def test_a_corpus_without_a_train_split_is_refused(tmp_path: Path) -> None:
    documents = write_documents(tmp_path / "documents.parquet", ["some text"], splits=["test"])
    with pytest.raises(UserError, match="train split holds no document"):
        make_trained(design("bpe"), documents, tmp_path / "t", where="test")


def test_a_cap_on_training_bytes_draws_a_stated_share(general: Path, tmp_path: Path) -> None:
    made = make_trained(design("bpe", max_training_bytes=20_000), general, tmp_path / "t", where="test")
    training = made["training"]
    assert training["sampled_share"] == pytest.approx(20_000 / training["bytes"], abs=1e-6)


def test_a_missing_corpus_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="maskzoo corpus"):
        make_trained(design("bpe"), tmp_path / "documents.parquet", tmp_path / "t", where="test")


def test_a_run_of_letters_longer_than_any_word_is_trained_on_in_parts() -> None:
    genome = "acgt" * 50_000
    seen = list(with_gaps(lambda: ["the act applies", genome, genome[:LONGEST]]))
    assert max(len(word) for text in seen for word in text.split()) == LONGEST
    assert [text.replace(" ", "") for text in seen] == ["theactapplies", genome, genome[:LONGEST]]
    assert seen[0] == "the act applies"
    trained = train(design("wordpiece"), lambda: ["the act applies"] * 9 + [genome], where="here")
    assert trained.tokenizer.get_vocab_size() > 20
