"""Pieces that a regular expression cuts: a word-level tokenizer for molecules, proteins and their like."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from transformers import AutoTokenizer

from maskzoo.errors import UserError
from maskzoo.tokenization import plain
from maskzoo.tokenization.design import Design, read_design
from maskzoo.tokenization.encode import pack
from maskzoo.tokenization.make import make_trained
from maskzoo.tokenization.pieces import portable
from maskzoo.tokenization.words import Encoder
from tests.tokenization.conftest import write_documents

PATTERN = r"\[[^\]]+\]|Cl|Br|%[0-9]{2}|."
SPECIAL = {"pad": "<pad>", "unk": "<unk>", "cls": "<s>", "sep": "</s>", "mask": "<mask>"}
MOLECULES = ["CCO", "c1ccccc1Cl", "C[C@H](N)C(=O)O", "BrCC%12CC%12", "[Na+].[Cl-]", "CC#N"] * 5


def molecular(**settings: object) -> Design:
    return Design.model_validate(
        {"algorithm": "regex", "pattern": PATTERN, "vocab_size": 100, "special_tokens": SPECIAL, **settings}
    )


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_documents(
        tmp_path_factory.mktemp("m") / "documents.parquet", MOLECULES, splits=["train"] * len(MOLECULES)
    )


@pytest.fixture(scope="module")
def learned(documents: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tokenizers") / "learned"
    make_trained(molecular(), documents, folder, where="test")
    return folder


def test_transformers_loads_it_and_cuts_at_the_pattern(learned: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(str(learned))
    assert tokenizer.tokenize("C[C@H](Cl)%12") == ["C", "[C@H]", "(", "Cl", ")", "%12"]
    assert tokenizer.convert_ids_to_tokens(tokenizer("CC")["input_ids"]) == ["<s>", "C", "C", "</s>"]
    assert tokenizer.tokenize("C<mask>C") == ["C", "<mask>", "C"]
    assert sorted(tokenizer.all_special_ids) == [0, 1, 2, 3, 4]


def test_decoding_joins_without_a_space(learned: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(str(learned))
    for molecule in MOLECULES[:6]:
        assert tokenizer.decode(tokenizer(molecule)["input_ids"], skip_special_tokens=True) == molecule


def test_white_space_is_no_piece_and_strangers_are_unknown_one_by_one(learned: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(str(learned))
    assert tokenizer.tokenize(" CC\nO ") == ["C", "C", "O"]
    assert tokenizer.tokenize("CJé[Xx]C") == ["C", "<unk>", "<unk>", "<unk>", "C"]


def test_offsets_point_at_the_pieces(learned: Path) -> None:
    text = "C[C@H](Cl)%12"
    encoding = plain.load(learned).tokenizer.encode(text, add_special_tokens=False)
    assert [text[start:end] for start, end in encoding.offsets] == encoding.tokens


def test_the_learned_vocabulary_is_the_most_frequent_pieces(documents: Path, tmp_path: Path) -> None:
    make_trained(molecular(vocab_size=64, min_frequency=10), documents, tmp_path / "t", where="test")
    vocabulary = plain.load(tmp_path / "t").tokenizer.get_vocab()
    ordered = sorted(vocabulary, key=vocabulary.__getitem__)
    assert ordered[:7] == [*SPECIAL.values(), "C", "c"]
    assert "%12" in vocabulary  # ten times
    assert "[Na+]" not in vocabulary  # five times


def test_a_vocabulary_given_as_a_list_keeps_its_order(documents: Path, tmp_path: Path) -> None:
    make_trained(molecular(alphabet=["O", "C", "Cl"]), documents, tmp_path / "t", where="test")
    tokenizer = plain.load(tmp_path / "t").tokenizer
    assert [tokenizer.token_to_id(token) for token in ("<pad>", "O", "C", "Cl")] == [0, 5, 6, 7]
    assert tokenizer.get_vocab_size() == 8
    assert tokenizer.encode("CClN", add_special_tokens=False).tokens == ["C", "Cl", "<unk>"]


def test_without_a_pattern_every_character_is_a_piece(documents: Path, tmp_path: Path) -> None:
    residues = Design.model_validate({"algorithm": "regex", "alphabet": list("ACDEFGHIKLMNPQRSTVWY")})
    make_trained(residues, documents, tmp_path / "t", where="test")
    assert plain.load(tmp_path / "t").tokenizer.encode("MKJJ", add_special_tokens=False).tokens == [
        *("M", "K", "[UNK]", "[UNK]")
    ]


def test_nothing_frequent_enough_is_an_error(documents: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"d\.yaml: min_frequency: no piece stands in the train split 1000 times"):
        make_trained(molecular(min_frequency=1000), documents, tmp_path / "t", where="d.yaml")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("algorithm: regex\npattern: '[a'", ["pattern", "not a regular expression"]),
        ("algorithm: regex\npattern: '(a)'", ["pattern", "write (?:...)"]),
        ("algorithm: regex\npattern: 'a*'", ["pattern", "empty piece"]),
        ("algorithm: regex\nalphabet: [AB]", ["alphabet", "'AB'", "one piece"]),
        ("algorithm: regex\nalphabet: [A, A]", ["alphabet", "'A'", "twice"]),
        ("algorithm: bpe\nalphabet: [A]", ["alphabet belongs to the algorithm regex"]),
        ("algorithm: regex\npre_tokeniser: bert", ["does not go with regex", "pattern"]),
    ],
)
def test_a_wrong_design_says_what_would_be_right(tmp_path: Path, text: str, parts: list[str]) -> None:
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as error:
        read_design(tmp_path / "mine.yaml")
    for part in parts:
        assert part in str(error.value)


@pytest.mark.parametrize("pattern", [".", PATTERN, r"\[(?:C@@?H?|nH)\]|[A-Z][a-z]?|[^a-c]{2,3}|\.", "a+b?|c{2}"])
def test_patterns_of_plain_means_are_portable(pattern: str) -> None:
    assert portable(pattern)


@pytest.mark.parametrize("pattern", [r"\w+", "a(?=b)", "^a", "a$", "a*?", "a++", "[[:alpha:]]", "[a&&b]", r"(?i:a)"])
def test_patterns_that_two_engines_may_read_differently_are_not(pattern: str) -> None:
    assert not portable(pattern)


PIECES = st.one_of(
    st.sampled_from(
        ["C", "l", "Cl", "B", "r", "[", "]", "[nH]", "%", "1", "12", "%12", ".", "é", "e\u0301", "ab", "c"]
    ),
    st.sampled_from([" ", "\n", "\x1c", "\u200b", "<mask>", "<", "mask>", "</s>", "\\", "$", "-"]),
    st.text(max_size=3),
)
HOSTILE = st.lists(st.lists(PIECES, max_size=14).map("".join), min_size=1, max_size=3)
PATTERNS = [PATTERN, ".", r"[A-Z][a-z]?|[0-9]+", r"ab?c*|(?:Cl|C)l?|\[C?", r"C{2}|[^C]\]"]


@pytest.mark.parametrize("pattern", PATTERNS)
@given(HOSTILE)
@example(["[<mask>]", "C <mask> Cl", "", "  "])
@example(["CCCCl", "%1%12%%12", "a b\u2003c"])
@settings(max_examples=150, deadline=None)
def test_looking_pieces_up_gives_the_same_ids_on_hostile_text(
    tmp_path_factory: pytest.TempPathFactory, pattern: str, documents: list[str]
) -> None:
    encoder = _encoder(tmp_path_factory, pattern)
    assert encoder.cut is not None
    documents = [text.encode(errors="ignore").decode() for text in documents]
    ids, counts = encoder.encode(documents)
    expected, expected_counts = encoder.encode_whole(documents)
    assert counts.tolist() == expected_counts.tolist()
    assert ids.tolist() == expected.tolist()


_ENCODERS: dict[str, Encoder] = {}


def _encoder(tmp_path_factory: pytest.TempPathFactory, pattern: str) -> Encoder:
    if pattern not in _ENCODERS:
        root = tmp_path_factory.mktemp("patterns")
        documents = write_documents(root / "documents.parquet", MOLECULES, splits=["train"] * len(MOLECULES))
        make_trained(molecular(pattern=pattern, min_frequency=1), documents, root / "t", where="test")
        _ENCODERS[pattern] = Encoder(plain.load(root / "t").tokenizer)
    return _ENCODERS[pattern]


def test_lowercasing_before_the_cut_is_left_to_the_tokenizer(documents: Path, tmp_path: Path) -> None:
    make_trained(molecular(normaliser={"lowercase": True}), documents, tmp_path / "t", where="test")
    assert Encoder(plain.load(tmp_path / "t").tokenizer).cut is None


def test_packing_looks_pieces_up_and_gives_the_tokenizer_s_ids(documents: Path, learned: Path, tmp_path: Path) -> None:
    assert pack(documents, learned, tmp_path / "fast")["words_cached"] is True
    pack(documents, learned, tmp_path / "plain", cached=False)
    assert (tmp_path / "fast" / "train.bin").read_bytes() == (tmp_path / "plain" / "train.bin").read_bytes()
