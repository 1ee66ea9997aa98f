"""The compiled search marks exactly the documents that hold a run of the table."""

import numpy as np
import pytest

from maskzoo.documents.ngram_kernel import mark
from maskzoo.documents.words import hashes, ngrams, run


def marked(documents: list[list[str]], size: int, wanted: list[list[str]]) -> list[bool]:
    units = [hashes(document) for document in documents]
    values = np.unique(np.array([run(hashes(one)) for one in wanted], dtype=np.uint64))
    table = np.zeros(4, dtype=bool)  # so small that many strangers pass it
    table[values & np.uint64(3)] = True
    found = np.zeros(len(documents), dtype=bool)
    flat = np.concatenate([*units, np.empty(0, dtype=np.uint64)])
    mark(flat, np.cumsum([len(one) for one in units]), size, table, values, found)
    return found.tolist()


@pytest.mark.parametrize("size", [1, 2, 3, 5, 13])
def test_it_finds_what_a_search_word_by_word_finds(size: int) -> None:
    rng = np.random.default_rng(size)
    documents = [[f"w{n}" for n in rng.integers(4, size=rng.integers(0, 30))] for _ in range(200)]
    wanted = [documents[5][:size], [f"w{n}" for n in rng.integers(4, size=size)], ["never"] * size]
    wanted = [one for one in wanted if len(one) == size]
    expected = [
        any(document[at : at + size] == one for one in wanted for at in range(len(document) - size + 1))
        for document in documents
    ]
    assert marked(documents, size, wanted) == expected
    assert size == 13 or any(expected)


def test_size_0_is_the_whole_document_and_nothing_else() -> None:
    documents = [["a", "b"], ["a"], [], ["a", "b", "c"], ["b", "a"], ["a", "b"]]
    assert marked(documents, 0, [["a", "b"]]) == [True, False, False, False, False, True]


def test_no_run_reaches_over_the_end_of_a_document() -> None:
    assert marked([["a", "b"], ["c", "d"]], 2, [["b", "c"]]) == [False, False]
    assert marked([["a", "b", "c"], ["d"]], 2, [["b", "c"]]) == [True, False]


def test_what_was_marked_stays_marked() -> None:
    units = hashes(["a", "b"])
    found = np.array([True, False])
    mark(units, np.array([1, 2]), 1, np.ones(4, dtype=bool), ngrams(hashes(["b"]), 1), found)
    assert found.tolist() == [True, True]
