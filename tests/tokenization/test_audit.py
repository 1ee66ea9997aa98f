"""The audit's arithmetic on an example done by hand, and what it writes for a corpus."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from maskzoo.files import read_json
from maskzoo.reporting.pictures.audit import draw
from maskzoo.tokenization import plain
from maskzoo.tokenization.audit import audit, examples, measure, overlap, sample
from tests.tokenization.conftest import write_documents


def by_hand(*entries: str) -> Tokenizer:
    vocabulary = {entry: place for place, entry in enumerate(["[UNK]", "[CLS]", "[SEP]", *entries])}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    tokenizer.add_special_tokens(["[UNK]", "[CLS]", "[SEP]"])
    return tokenizer


def test_measures_of_two_documents_counted_by_hand() -> None:
    tokenizer = by_hand("a", "law", "##yer", ".")
    # words: a | lawyer = law ##yer | law | bar = unknown, so 5 tokens for 4 words; the full stop is a token but no word
    found = measure(tokenizer, ["a lawyer.", "law bar"], unknown=0)
    assert (found.documents, found.words) == (2, 4)
    assert found.fertility == pytest.approx(5 / 4)
    assert found.continued_word_share == pytest.approx(1 / 4)
    assert found.unknown_rate == pytest.approx(1 / 6, abs=1e-6)
    assert found.unknown_characters == pytest.approx(3 / 14, abs=1e-6)  # b, a, r of the 14 that are no white space
    assert found.bytes_per_token == pytest.approx((9 + 7) / 6, abs=1e-6)
    assert found.tokens_per_document == pytest.approx((6 + 2 * 2) / 2)


def test_what_hides_behind_one_unknown_token_is_counted_in_characters() -> None:
    found = measure(by_hand("a"), ["a " * 50, "x" * 150], unknown=0)
    assert found.unknown_rate == pytest.approx(1 / 51, abs=1e-6)
    assert found.unknown_characters == pytest.approx(150 / 200, abs=1e-6)


def test_overlap_compares_what_entries_stand_for(bases: dict[str, Path]) -> None:
    assert overlap(by_hand("a", "law", "##yer"), by_hand("a", "##yer", "yer")) == {
        "shared": 2,
        "share_of_this": pytest.approx(2 / 3, abs=1e-6),
        "jaccard": 0.5,
    }
    bpe, unigram = (plain.load(bases[kind]).tokenizer for kind in ("bpe", "unigram"))
    assert overlap(bpe, unigram)["shared"] > 20  # `Ġthe` and `▁the` are the same


def test_examples_are_the_words_that_save_most() -> None:
    found = examples(
        by_hand("lawyer", "bar", "x"), by_hand("law", "##yer", "b", "##a", "##r", "x"), ["lawyer bar bar x"]
    )
    assert [(row["word"], row["saved"], row["before"], row["after"]) for row in found] == [
        ("bar", 4, ["b", "##a", "##r"], ["bar"]),
        ("lawyer", 1, ["law", "##yer"], ["lawyer"]),
    ]


def test_the_sample_is_of_documents_that_no_tokenizer_was_trained_on(legal: Path) -> None:
    chosen, how = sample(legal)
    assert how["splits"] == ["validation", "test"]
    assert how["documents"] == len(chosen) == 110
    fewer, how = sample(legal, limit=3000)
    assert 0 < len(fewer) < 110
    assert set(fewer) <= set(chosen)
    assert fewer == sample(legal, limit=3000)[0]


def test_the_train_split_stands_in_for_a_corpus_without_others(tmp_path: Path) -> None:
    documents = write_documents(tmp_path / "documents.parquet", ["one text"] * 3, splits=["train"] * 3)
    assert sample(documents)[1]["splits"] == ["train"]


def test_an_audit_says_all_of_it_by_language_and_draws_it(bases: dict[str, Path], legal: Path, tmp_path: Path) -> None:
    this, reference = (plain.load(bases[kind]).tokenizer for kind in ("bpe", "wordpiece"))
    audit("mine", this, {"general": reference}, legal, tmp_path / "audit.json", made={"way": "trained"})
    value = read_json(tmp_path / "audit.json")
    assert list(value["measures"]) == ["mine", "general (base)"]
    assert list(value["measures"]["mine"]["by_language"]) == ["en", "fr"]
    assert value["measures"]["mine"]["unknown_rate"] == 0
    assert value["measures"]["general (base)"]["unknown_rate"] > 0  # accents were never seen
    assert value["vocabulary_overlap"]["general"]["shared"] > 0
    assert value["provenance"]["commit"] is None or value["provenance"]["command"]
    draw(value, tmp_path / "audit.svg")
    shown = "".join(ElementTree.parse(tmp_path / "audit.svg").getroot().itertext())
    for word in (
        "tokens per word",
        "bytes per token",
        "en: mine",
        "fr: general (base)",
        "110 documents (validation and test)",
    ):
        assert word in shown


def test_a_source_without_a_language_stands_beside_others(bases: dict[str, Path], tmp_path: Path) -> None:
    this = plain.load(bases["bpe"]).tokenizer
    texts = [f"some words of text {number}" for number in range(900)]
    documents = write_documents(tmp_path / "documents.parquet", texts, languages=["en", "fr", None] * 300)
    value = audit("mine", this, {}, documents, tmp_path / "audit.json", made={"way": "trained"})
    assert list(value["measures"]["mine"]["by_language"]) == ["en", "fr"]
