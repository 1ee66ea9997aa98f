"""Where words begin is what the tokenizer says, for every kind of tokenizer; what has none is cut into blocks."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from maskzoo.errors import UserError
from maskzoo.masking import whole_word
from maskzoo.masking.common.table import Corpus
from maskzoo.masking.common.text import Text
from maskzoo.masking.common.words import Words
from maskzoo.tokenization import plain
from tests.masking.corpora import TEXTS, corpus_of


def _words(corpus: Corpus, table: Words) -> list[list[str]]:
    """The words of the first three documents, as the pieces that the table leaves together."""
    opens = np.concatenate(list(table.make(corpus, {})))
    assert len(opens) == len(corpus.ids)
    tokenizer = plain.load(corpus.tokenizer).tokenizer
    found = []
    for first, last in zip(corpus.offsets[:3], corpus.offsets[1:4], strict=True):
        pieces = [tokenizer.id_to_token(int(token)) for token in corpus.ids[first:last]]
        words: list[list[str]] = []
        for piece, begins in zip(pieces, opens[first:last], strict=True):
            if begins:
                words.append([])
            words[-1].append(piece)
        found.append(["".join(word) for word in words])
    return found


@pytest.mark.parametrize("design", ["wordpiece", "bpe", "unigram"])
def test_words_are_those_of_the_tokenizer(tmp_path: Path, design: str) -> None:
    corpus = corpus_of(tmp_path, design, TEXTS)
    tokenizer = plain.load(corpus.tokenizer).tokenizer
    for text, words in zip(TEXTS[:3], _words(corpus, Words()), strict=True):
        encoding = tokenizer.encode(text)
        assert words[0] == encoding.tokens[0]  # special tokens stand alone
        assert words[-1] == encoding.tokens[-1]
        expected: dict[int, str] = {}
        for token, word in zip(encoding.tokens, encoding.word_ids, strict=True):
            if word is not None:
                expected[word] = expected.get(word, "") + token
        assert words[1:-1] == list(expected.values())
        assert len(words) < len(encoding.tokens)  # some word has several pieces
    if design == "bpe":
        assert "sitting" in _words(corpus, Words())[0]  # behind a bracket, without the mark of a space


def test_what_has_no_words_is_cut_into_blocks_within_its_documents(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, "wordpiece", TEXTS)
    opens = np.concatenate(list(Words(unit="block", block=3).make(corpus, {})))
    first, last = corpus.offsets[1], corpus.offsets[2]
    within = opens[first:last]
    assert within[:8].tolist() == [1, 1, 0, 0, 1, 0, 0, 1]  # the special token in front stands alone
    assert within[-1] == 1
    assert np.concatenate(list(Words(unit="token").make(corpus, {}))).all()


def test_a_word_that_is_too_long_is_cut(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, "wordpiece", ["a" * 40 + " b"] * 50, vocab_size=70)
    whole = np.concatenate(list(Words(longest=100).make(corpus, {})))
    cut = np.concatenate(list(Words(longest=2).make(corpus, {})))
    runs = np.diff(np.flatnonzero(cut))
    assert np.diff(np.flatnonzero(whole)).max() >= runs.max()
    assert runs.max() <= 2


def test_documents_that_are_not_those_of_the_tokens_are_noticed(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, "wordpiece", TEXTS)
    pq.write_table(pa.table({"text": ["something else"], "split": ["train"]}), corpus.documents)
    with pytest.raises(UserError, match=r"the tokens are not those of .*maskzoo tokens"):
        list(Words().make(corpus, {}))


def test_a_word_is_hidden_whole_or_not_at_all_within_the_budget() -> None:
    rng = np.random.default_rng(0)
    opens = rng.random((300, 60)) < 0.4
    special = rng.random((300, 60)) < 0.05
    text = Text.of(rng.integers(5, 90, (300, 60)), special, words=opens)
    settings = whole_word.Settings()
    hidden = whole_word.select(text, rate=0.3, settings=settings, rng=np.random.default_rng(1), state={})
    assert not (hidden & special).any()
    same_word = ~opens[:, 1:] & ~special[:, 1:] & ~special[:, :-1]
    assert (hidden[:, 1:] == hidden[:, :-1])[same_word].all()
    ordinary = (~special).sum(axis=1)
    assert (hidden.sum(axis=1) <= np.ceil(0.3 * ordinary)).all()
    assert hidden.sum() / ordinary.sum() == pytest.approx(0.3, abs=0.01)
    single = Text.of(text.ids, special, words=np.ones(special.shape))
    hidden = whole_word.select(single, rate=0.3, settings=settings, rng=np.random.default_rng(1), state={})
    assert (np.abs(hidden.sum(axis=1) - 0.3 * ordinary) < 1).all()  # words of one token: an exact budget
