"""Extending a tokenizer makes domain words single tokens and leaves every other word as it was."""

import json
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import AutoTokenizer

from maskzoo.errors import UserError
from maskzoo.files import read_json
from maskzoo.tokenization import plain
from maskzoo.tokenization.documents import texts
from maskzoo.tokenization.make import make_extended, make_trained
from tests.tokenization.conftest import ALGORITHMS, GENERAL, LEGAL, design, sentences, write_documents

Extension = tuple[Tokenizer, Tokenizer, list[dict[str, object]]]


@pytest.fixture(scope="module")
def extensions(bases: dict[str, Path], legal: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("extended")
    for algorithm in ALGORITHMS:
        make_extended(bases[algorithm], "general", legal, root / algorithm, add=12, min_count=20)
    return {algorithm: root / algorithm for algorithm in ALGORITHMS}


def opened(bases: dict[str, Path], extensions: dict[str, Path], algorithm: str) -> Extension:
    added = read_json(extensions[algorithm] / "new_tokens.json")["added"]
    return plain.load(bases[algorithm]).tokenizer, plain.load(extensions[algorithm]).tokenizer, added


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_domain_words_become_single_tokens_and_are_written_back(
    bases: dict[str, Path], extensions: dict[str, Path], algorithm: str
) -> None:
    base, _, added = opened(bases, extensions, algorithm)
    tokenizer = AutoTokenizer.from_pretrained(str(extensions[algorithm]))
    assert {row["word"] for row in added} >= {"indemnification", "hereinafter", "plaintiff"}
    for row in added:
        text = f"the {row['word']}, the house"
        tokens = tokenizer(text, add_special_tokens=False)["input_ids"]
        cut = len(base.encode(text, add_special_tokens=False).ids) - len(row["pieces"]) + 1  # type: ignore[arg-type]
        starts_text = algorithm == "bpe" and row["token"] == row["word"]  # an entry without a space in front
        assert starts_text or (tokens.count(row["id"]), len(tokens)) == (1, cut), text
        assert tokenizer.decode(tokenizer(text)["input_ids"], skip_special_tokens=True) == text


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_old_ids_stay_and_new_ones_follow(bases: dict[str, Path], extensions: dict[str, Path], algorithm: str) -> None:
    base, extended, added = opened(bases, extensions, algorithm)
    size = base.get_vocab_size()
    after = extended.get_vocab()
    assert {token: after[token] for token in base.get_vocab()} == base.get_vocab()
    assert [row["id"] for row in added] == list(range(size, size + len(added)))
    assert len(AutoTokenizer.from_pretrained(str(extensions[algorithm]))) == size + len(added)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_pieces_are_what_the_base_cuts_the_word_into(
    bases: dict[str, Path], extensions: dict[str, Path], algorithm: str
) -> None:
    base, _, added = opened(bases, extensions, algorithm)
    for row in added:
        unspaced = algorithm == "bpe" and row["token"] == row["word"]
        assert row["pieces"] == base.encode(("" if unspaced else " ") + str(row["word"]), add_special_tokens=False).ids
        assert len(row["pieces"]) >= 2  # type: ignore[arg-type]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_other_word_of_the_corpus_is_cut_as_before(
    bases: dict[str, Path], extensions: dict[str, Path], legal: Path, algorithm: str
) -> None:
    base, extended, added = opened(bases, extensions, algorithm)
    new = {str(row["word"]) for row in added}
    words = {word for text in texts(legal, ["train", "validation", "test"]) for word in text.split()}
    others = {word for word in words if not new.intersection(re.findall(r"\w+", word))}
    others |= {word + "s" for word in new} | {"x" + word for word in new} | {word.upper() for word in new}
    if algorithm != "bpe":  # its pre-tokeniser makes a word of its own of the letters before a number
        others |= {word + "2" for word in new}
    for word in sorted(others - new):
        assert extended.encode("the " + word).ids == base.encode("the " + word).ids, word


@pytest.mark.parametrize("algorithm", ["wordpiece", "bpe"])
@given(
    st.lists(
        st.sampled_from([*GENERAL, *LEGAL, "s", " ", ", ", "\n", "(", "-", "'", "_", "é", "7", "  "]), max_size=12
    ).map("".join)
)
@settings(max_examples=80, deadline=None)
def test_a_text_differs_only_where_pieces_became_one_token(
    bases: dict[str, Path], extensions: dict[str, Path], algorithm: str, text: str
) -> None:
    base, extended, added = _cached(bases, extensions, algorithm)
    pieces = {row["id"]: row["pieces"] for row in added}
    assert [piece for id in extended.encode(text).ids for piece in pieces.get(id, [id])] == base.encode(text).ids  # type: ignore[attr-defined]


_OPENED: dict[Path, Extension] = {}


def _cached(bases: dict[str, Path], extensions: dict[str, Path], algorithm: str) -> Extension:
    folder = extensions[algorithm]
    if folder not in _OPENED:
        _OPENED[folder] = opened(bases, extensions, algorithm)
    return _OPENED[folder]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_offsets_of_new_tokens_hold_the_word(
    bases: dict[str, Path], extensions: dict[str, Path], algorithm: str
) -> None:
    _, extended, added = opened(bases, extensions, algorithm)
    row = next(row for row in added if row["word"] == "indemnification")
    text = "the  indemnification: and the indemnification."
    encoding = extended.encode(text)
    spans = [
        text[start:end].strip()
        for id, (start, end) in zip(encoding.ids, encoding.offsets, strict=True)
        if id == row["id"]
    ]
    assert spans == ["indemnification", "indemnification"]


def test_the_words_that_save_most_tokens_come_first_and_rare_ones_never(bases: dict[str, Path], tmp_path: Path) -> None:
    documents = write_documents(
        tmp_path / "documents.parquet", ["estoppel lien"] * 30 + ["hereditament"] * 9, splits=["train"] * 39
    )
    made = make_extended(bases["wordpiece"], "general", documents, tmp_path / "t", add=5, min_count=10)
    added = read_json(tmp_path / "t" / "new_tokens.json")["added"]
    counts = Counter({row["word"]: row["count"] * (len(row["pieces"]) - 1) for row in added})
    assert [row["word"] for row in added] == [word for word, _ in counts.most_common()]
    assert set(counts) == {"estoppel", "lien"}
    assert made["added"] == 2


def test_a_word_that_would_change_another_one_is_left_out(bases: dict[str, Path], tmp_path: Path) -> None:
    # BERT's pre-tokeniser keeps a currency sign and the letters together, the matching of added tokens does not
    documents = write_documents(tmp_path / "documents.parquet", ["€estoppel estoppel lien"] * 30, splits=["train"] * 30)
    made = make_extended(bases["wordpiece"], "general", documents, tmp_path / "t", add=5, min_count=10)
    added = read_json(tmp_path / "t" / "new_tokens.json")["added"]
    assert [row["word"] for row in added] == ["lien"]
    assert made["left_out"] == ("estoppel",)


def test_added_tokens_above_the_models_vocabulary_keep_their_ids(
    bases: dict[str, Path], legal: Path, tmp_path: Path
) -> None:
    base = tmp_path / "base"
    base.mkdir()
    tokenizer = plain.load(bases["bpe"]).tokenizer
    tokenizer.add_tokens(["||IP||", "||NAME||"])
    plain.with_tokenizer(plain.load(bases["bpe"]), tokenizer).save(base)
    make_extended(base, "general", legal, tmp_path / "t", add=5, min_count=20)
    extended = AutoTokenizer.from_pretrained(str(tmp_path / "t"))
    assert extended.convert_tokens_to_ids("||NAME||") == tokenizer.token_to_id("||NAME||")
    assert read_json(tmp_path / "t" / "new_tokens.json")["added"][0]["id"] == tokenizer.token_to_id("||NAME||") + 1


def test_a_pipeline_that_is_not_understood_is_refused(bases: dict[str, Path], legal: Path, tmp_path: Path) -> None:
    loaded = plain.load(bases["wordpiece"])
    odd = Tokenizer(models.WordLevel({"[UNK]": 0, "[PAD]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4}, unk_token="[UNK]"))
    odd.pre_tokenizer = pre_tokenizers.Whitespace()
    base = tmp_path / "base"
    base.mkdir()
    plain.with_tokenizer(loaded, odd).save(base)
    with pytest.raises(UserError, match="cannot extend a WordLevel tokenizer behind Whitespace"):
        make_extended(base, "general", legal, tmp_path / "t", add=5, min_count=20)
    assert not (tmp_path / "t").exists()
    assert json.loads((base / "tokenizer.json").read_text())["model"]["type"] == "WordLevel"


def test_a_pipeline_like_xlm_roberta_keeps_what_follows_special_tokens(
    bases: dict[str, Path], legal: Path, tmp_path: Path
) -> None:
    loaded = plain.load(bases["unigram"])
    state = json.loads(loaded.tokenizer.to_str())
    metaspace = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    state["pre_tokenizer"] = {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, metaspace]}
    state["decoder"], state["normalizer"] = metaspace, {"type": "NFKC"}
    base = tmp_path / "base"
    base.mkdir()
    plain.with_tokenizer(loaded, Tokenizer.from_str(json.dumps(state))).save(base)
    make_extended(base, "general", legal, tmp_path / "t", add=12, min_count=20)
    before, after = plain.load(base).tokenizer, plain.load(tmp_path / "t").tokenizer
    for text in ("The  house[MASK]. the (river) [MASK] old[MASK]bridge ", " a\n town ", "[MASK]", ""):
        assert after.encode(text).ids == before.encode(text).ids
    text = "the plaintiff, and plaintiffs"
    assert len(after.encode(text).ids) < len(before.encode(text).ids)
    assert after.decode(after.encode(text).ids) == text


@pytest.mark.parametrize("algorithm", ["wordpiece", "unigram"])
def test_words_with_combining_marks_are_added_like_all_others(tmp_path: Path, algorithm: str) -> None:
    words = ["हिन्दी", "न्यायालय", "ọ̀rọ̀"]
    general = [*sentences(600, seed=1, words=GENERAL)]
    general[5] = " ".join(words)  # seen once: its letters are known, and no word of it
    few = write_documents(tmp_path / "few.parquet", general)
    make_trained(design(algorithm, vocab_size=260, min_frequency=10), few, tmp_path / "base", where="test")
    documents = write_documents(tmp_path / "documents.parquet", [" ".join(words)] * 60)
    make_extended(tmp_path / "base", "general", documents, tmp_path / "extended", add=12, min_count=20)
    added = {row["word"] for row in read_json(tmp_path / "extended" / "new_tokens.json")["added"]}
    assert added == {unicodedata.normalize("NFC", word) for word in words}
