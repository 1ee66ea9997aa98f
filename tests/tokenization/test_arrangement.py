"""Tokens of a task's training texts, and of documents with metadata before them."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from maskzoo.corpus.store import DOCUMENT
from maskzoo.errors import UserError
from maskzoo.recipe.training import Metadata
from maskzoo.tokenization import plain
from maskzoo.tokenization.arrangement import of_task, pieces, prefix, with_metadata
from maskzoo.tokenization.encode import pack
from maskzoo.tokenization.make import add_separators, make_reused
from maskzoo.tokenization.shards import Shards


def corpus(folder: Path) -> Path:
    rows = {name: [""] * 3 for name in DOCUMENT} | {
        "text": ["one two three four five", "six seven", "eight nine"],
        "split": ["train", "validation", "test"],
        "source": ["acts", "codes", "acts"],
        "language": ["en", "fr", "en"],
        "locator": ["1861/a.txt#1", "1862/b.txt#1", "undated/c.txt#1"],
    }
    pq.write_table(pa.table(rows), folder / "documents.parquet")
    return folder / "documents.parquet"


def read(file: Path) -> list[tuple[str, str]]:
    table = pq.read_table(file).to_pydict()
    return list(zip(table["text"], table["split"], strict=True))


def test_only_the_training_texts_of_a_task_are_read(tmp_path):
    task = tmp_path / "task"
    task.mkdir()
    pq.write_table(pa.table({"text": ["a task's text", "another"]}), task / "train.parquet")
    for split in ("validation", "test"):  # opening them would fail
        (task / f"{split}.parquet").write_bytes(b"not to be read")
    found = read(of_task(corpus(tmp_path), task, tmp_path / "out.parquet"))
    assert found == [
        ("a task's text", "train"),
        ("another", "train"),
        ("six seven", "validation"),
        ("eight nine", "test"),
    ]


def test_a_task_that_is_not_prepared_is_refused(tmp_path):
    with pytest.raises(UserError, match=r"the task is not prepared.*maskzoo tasks"):
        of_task(corpus(tmp_path), tmp_path / "task", tmp_path / "out.parquet")


def test_metadata_stand_before_every_piece_in_the_order_asked_for(tmp_path):
    metadata = Metadata(fields=("date", "source"), date=r"^(\d{4})/", words=2)
    found = read(with_metadata(corpus(tmp_path), metadata, tmp_path / "out.parquet", domain="legal"))
    assert found == [
        ("1861 [DATE] acts [SOURCE] one two", "train"),
        ("1861 [DATE] acts [SOURCE] three four", "train"),
        ("1861 [DATE] acts [SOURCE] five", "train"),
        ("1862 [DATE] codes [SOURCE] six seven", "validation"),
        ("acts [SOURCE] eight nine", "test"),
    ]
    whole = Metadata(fields=("domain", "language"), words=None)
    assert read(with_metadata(corpus(tmp_path), whole, tmp_path / "o.parquet", domain="legal"))[0][0] == (
        "legal [DOMAIN] en [LANGUAGE] one two three four five"
    )


def test_pieces_lose_no_word_and_keep_lines():
    text = " a b\n\nc  d e f g "
    for words in (1, 2, 3, 7, 100):
        found = list(pieces(text, words))
        assert " ".join(found).split() == text.split()
        assert [len(piece.split()) for piece in found[:-1]] == [words] * (len(found) - 1)
    assert next(pieces(text, 3)) == "a b\n\nc"
    assert prefix({"date": None, "source": "x"}) == "x [SOURCE] "


def test_a_date_that_no_path_has_is_refused_by_its_key(tmp_path):
    metadata = Metadata(fields=("date",), date=r"year=(\d{4})")
    with pytest.raises(UserError, match=r"t\.yaml: metadata\.date: no document of the corpus has a date"):
        with_metadata(corpus(tmp_path), metadata, tmp_path / "out.parquet", domain="legal", where="t.yaml: metadata")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"fields": ["date"]}, "the corpus has no field 'date' of its own"),
        ({"fields": ["source"], "date": "(x)"}, "go together"),
        ({"fields": ["date"], "date": "("}, "is no regular expression"),
        ({"fields": ["date"], "date": "x"}, "has no group in parentheses"),
    ],
)
def test_a_date_that_cannot_be_is_refused_when_the_recipe_is_read(settings, said):
    with pytest.raises(ValueError, match=said):
        Metadata.model_validate(settings)


@pytest.mark.parametrize("algorithm", ["wordpiece", "bpe"])
def test_separators_are_special_and_other_text_is_cut_as_before(tmp_path, bases, algorithm):
    make_reused(bases[algorithm], algorithm, tmp_path / "tokenizer")
    before = plain.load(tmp_path / "tokenizer").tokenizer
    add_separators(tmp_path / "tokenizer", ["[SOURCE]"])
    after = plain.load(tmp_path / "tokenizer").tokenizer
    assert after.encode("one two").ids == before.encode("one two").ids
    metadata = Metadata(fields=("source",), words=2)
    arranged = with_metadata(corpus(tmp_path), metadata, tmp_path / "out.parquet", domain="legal")
    meta = pack(arranged, tmp_path / "tokenizer", tmp_path / "tokens", workers=1, separators=["[SOURCE]"])
    number = after.token_to_id("[SOURCE]")
    assert number in meta["special_ids"]
    assert number == before.get_vocab_size(with_added_tokens=True)
    tokens = Shards.open(tmp_path / "tokens").tokens("train")
    assert (tokens == number).sum() == 3, "one in each piece"
