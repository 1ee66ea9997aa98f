"""Exact duplicates: the first document stays, whatever the others do to case, punctuation and white space."""

import numpy as np
import pytest

from maskzoo.corpus.duplicates import first_of_equals
from maskzoo.documents.words import digest, hashes, ngrams, read, run, words


def digests(*texts: str) -> np.ndarray:
    return np.frombuffer(b"".join(digest(words(text)) for text in texts), dtype=np.uint64).reshape(-1, 2)


def test_the_first_of_equal_documents_is_named() -> None:
    found = first_of_equals(digests("a b c", "other", "A, b... C!", "a  b\n\nc", "other one", "OTHER"))
    assert found.tolist() == [0, 1, 0, 0, 4, 1]


def test_order_and_number_of_words_matter() -> None:
    assert first_of_equals(digests("a b c", "c b a", "a b", "a b c c", "ab c")).tolist() == [0, 1, 2, 3, 4]


def test_no_documents_have_no_duplicates() -> None:
    assert first_of_equals(np.empty((0, 2), dtype=np.uint64)).tolist() == []


def test_a_run_hashes_like_the_ngram_at_its_place() -> None:
    words_of = hashes(words("one two three four five six seven"))
    for n in (1, 2, 5, 7):
        assert ngrams(words_of, n).tolist() == [run(words_of[start : start + n]) for start in range(8 - n)]
    assert len(ngrams(words_of, 8)) == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "...",
        "One TWO three-4",
        "  edges  ",
        "x",
        "a\0b\tc",
        "Naïve café",
        "ſtraße K",
        "ประเทศ 日本語 mixed Words",
        "é" * 3,
    ],
)
def test_words_read_at_once_are_the_words_cut_one_by_one(text: str) -> None:
    found = read(text)
    assert found.joined.decode() == " ".join(words(text))
    assert found.hashes.tolist() == hashes(words(text)).tolist() == [int(hashes([word])[0]) for word in words(text)]
    assert found.digest == digest(words(text))


def test_strings_with_the_separator_of_the_hashes_are_told_apart() -> None:
    assert len(set(hashes(["a", "b", "a\0b", "ab", "", "\0"]).tolist())) == 6
