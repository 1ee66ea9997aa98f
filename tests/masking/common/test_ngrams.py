"""Collocations get into the lexicon by their score, the longest of them cut the text, and they hide as a whole."""

from math import log, sqrt
from pathlib import Path

import numpy as np
import pytest

from maskzoo.masking import pmi_ngram
from maskzoo.masking.common import ngrams as _ngrams
from maskzoo.masking.common.ngrams import Counter, keys_of, longest_matches, scores_of
from maskzoo.masking.common.table import Corpus
from maskzoo.masking.common.text import Text
from tests.masking.corpora import corpus_of_ids

A, B, C, D = 10, 11, 12, 13


def _planted(folder: Path) -> Corpus:
    """Random words, two frequent ones that meet by chance, and a planted collocation of three."""
    rng = np.random.default_rng(0)
    documents = []
    for _ in range(200):
        words = rng.integers(14, 64, 30).tolist()
        for place in range(0, 30, 3):
            words[place] = int(rng.choice([C, D]))
        at = int(rng.integers(0, 27))
        documents.append([*words[:at], A, B, A, *words[at:]])
    return corpus_of_ids(folder, documents)


@pytest.mark.parametrize("score", ["pmi", "t"])
def test_a_planted_collocation_is_in_the_lexicon_and_a_chance_meeting_is_not(tmp_path: Path, score: str) -> None:
    corpus = _planted(tmp_path)
    table = pmi_ngram.Ngrams(score=score, keep=(10, 10), least=10)
    lexicon = table.lexicon(corpus)
    planted = {2: keys_of(np.array([A, B]), 2)[0], 3: keys_of(np.array([A, B, A]), 3)[0]}
    assert planted[2] in lexicon.keys[2]
    assert planted[3] in lexicon.keys[3]
    assert keys_of(np.array([C, D]), 2)[0] not in lexicon.keys[2]
    assert sorted(lexicon.examples[:2].tolist()) == [[A, B], [B, A]]


def test_scores_are_those_of_the_formulas() -> None:
    singles = np.array([0, 40, 30, 20, 10])
    counters = {2: Counter(), 3: Counter()}
    for gram, times in (((1, 2), 8), ((2, 3), 5)):
        counters[2].add(np.repeat(keys_of(np.array(gram), 2), times))
    counters[3].add(np.repeat(keys_of(np.array([1, 2, 3]), 3), 4))
    p = {1: 0.4, 2: 0.3, 3: 0.2, (1, 2): 0.08, (2, 3): 0.05, (1, 2, 3): 0.04}
    pair = scores_of(np.array([[1, 2]]), singles, counters, "pmi")
    assert pair == pytest.approx([log(p[1, 2] / (p[1] * p[2]))])
    triple = scores_of(np.array([[1, 2, 3]]), singles, counters, "pmi")
    segmentations = (p[1] * p[2] * p[3], p[1, 2] * p[3], p[1] * p[2, 3])
    assert triple == pytest.approx([min(log(p[1, 2, 3] / q) for q in segmentations)])
    t = scores_of(np.array([[1, 2]]), singles, counters, "t")
    assert t == pytest.approx([(0.08 - 0.12) / sqrt(0.08 * 0.92 / 100)])


def test_the_text_is_cut_by_the_longest_match_from_the_left() -> None:
    sorted_keys = {
        2: np.sort(np.concatenate([keys_of(np.array(gram), 2) for gram in ([A, B], [B, C], [C, D])])),
        3: keys_of(np.array([A, B, C]), 3),
    }
    lexicon = _ngrams.Lexicon(sorted_keys, np.empty((0, 2), np.int64))
    ids = np.array([2, A, B, C, D, A, B, D, B, C, 3, 2, C, D, 3])
    begins = np.zeros(len(ids), dtype=bool)
    begins[[0, 11]] = True
    opens = longest_matches(ids, begins, lexicon, np.array([2, 3]))
    #                       [CLS] A B C  D  A B  D  B C  [SEP] [CLS] C D [SEP]
    assert opens.tolist() == [1, 1, 0, 0, 1, 1, 0, 1, 1, 0, 1, 1, 1, 0, 1]


def test_nothing_is_matched_across_documents() -> None:
    lexicon = _ngrams.Lexicon({2: keys_of(np.array([A, B]), 2)}, np.empty((0, 2), np.int64))
    assert longest_matches(np.array([A, B]), np.array([True, True]), lexicon, np.array([2])).all()


def test_counting_drops_the_rarest_where_there_are_too_many() -> None:
    counter = Counter(most=3)
    counter.add(np.array([1, 1, 1, 2, 2, 3, 3, 4, 5], dtype=np.uint64))
    counter.add(np.array([1, 6], dtype=np.uint64))
    assert len(counter.keys) == 3
    assert counter.of(np.array([1, 2, 3, 9], dtype=np.uint64)).tolist() == [4, 2, 2, 0]


def test_an_n_gram_is_hidden_whole_or_not_at_all(tmp_path: Path) -> None:
    corpus = _planted(tmp_path)
    notes: dict[str, object] = {}
    opens = np.concatenate(list(pmi_ngram.Ngrams(keep=(2, 1)).make(corpus, notes)))
    assert len(opens) == len(corpus.ids)
    assert notes["tokens_per_unit"] > 1.02  # type: ignore[operator]
    ids = np.asarray(corpus.ids[: 35 * 200]).reshape(200, 35)
    special = np.isin(ids, corpus.special_ids)
    text = Text.of(ids, special, ngrams=opens[: 35 * 200].reshape(200, 35))
    hidden = pmi_ngram.select(text, rate=0.15, settings=pmi_ngram.Settings(), rng=np.random.default_rng(0), state={})
    where = (ids[:, :-2] == A) & (ids[:, 1:-1] == B) & (ids[:, 2:] == A)
    together = hidden[:, :-2].astype(int) + hidden[:, 1:-1] + hidden[:, 2:]
    assert set(together[where].tolist()) == {0, 3}
    assert hidden.sum() / (~special).sum() == pytest.approx(0.15, abs=0.01)
