"""Splits depend on a document's own words alone."""

from maskzoo.corpus.splitting import SPLITS, split_of, splits_of
from maskzoo.documents.words import digest, words
from maskzoo.recipe.curation import DocumentSplit


def test_shares_come_out_as_asked() -> None:
    settings = DocumentSplit(validation=0.1, test=0.2)
    splits = [split_of(digest([str(number)]), settings) for number in range(5000)]
    assert abs(splits.count("validation") / 5000 - 0.1) < 0.02
    assert abs(splits.count("test") / 5000 - 0.2) < 0.02


def test_case_and_punctuation_do_not_move_a_document() -> None:
    settings = DocumentSplit(validation=0.3, test=0.3)
    for number in range(50):
        plain, loud = f"document number {number}", f"Document, NUMBER {number}!"
        assert split_of(digest(words(plain)), settings) == split_of(digest(words(loud)), settings)


def test_another_salt_draws_anew() -> None:
    one, other = DocumentSplit(validation=0.3, test=0.3), DocumentSplit(validation=0.3, test=0.3, salt="other")
    digests = [digest([str(number)]) for number in range(200)]
    assert [split_of(d, one) for d in digests] != [split_of(d, other) for d in digests]


def test_many_at_once_are_split_as_one_by_one() -> None:
    settings = DocumentSplit(validation=0.3, test=0.2)
    digests = [digest([str(number)]) for number in range(500)]
    assert [SPLITS[place] for place in splits_of(b"".join(digests), settings)] == [
        split_of(one, settings) for one in digests
    ]
    assert splits_of(b"", settings).tolist() == []
