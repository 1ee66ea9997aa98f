"""Tokens that tell of others get the higher rates, the budget stays, and the best mask is the best."""

from pathlib import Path

import numpy as np
import pytest

from maskzoo.masking import informask
from maskzoo.masking.common.cooccurrence import pmi, presence
from maskzoo.masking.common.text import Text
from tests.masking.corpora import corpus_of_ids

X, Y, Z = 10, 11, 12


def _windows() -> np.ndarray:
    """X and Y always together in half of the windows, Z in half of them whatever else there is."""
    rng = np.random.default_rng(0)
    windows = rng.integers(20, 64, (600, 12))
    windows[rng.random(600) < 0.5, 0] = Z
    both = rng.random(600) < 0.5
    windows[both, 3], windows[both, 7] = X, Y
    return windows


def test_pmi_is_the_log_of_the_ratio_of_shares_of_windows() -> None:
    windows = np.array([[1, 2, 3], [1, 2, 4], [1, 1, 4], [3, 4, 0]])
    scores = pmi(presence(windows, 6, np.array([0])), least=1).toarray()
    assert scores[1, 2] == pytest.approx(np.log((2 / 4) / (3 / 4 * 2 / 4)))
    assert scores[2, 1] == scores[1, 2]
    assert scores[3, 4] == pytest.approx(np.log((1 / 4) / (2 / 4 * 3 / 4)))
    assert scores[1, 1] == scores[0, 3] == scores[2, 5] == 0
    assert pmi(presence(windows, 6, np.array([0])), least=2).toarray()[3, 4] == 0


def test_relevance_is_summed_between_hidden_and_visible_tokens() -> None:
    windows = _windows()
    scores = pmi(presence(windows, 64, np.array([0])), least=3)
    ids = windows[0]
    relevance, masks = informask.candidates_of(scores, ids, 10, np.random.default_rng(0))
    dense = scores.toarray()
    for value, mask in zip(relevance, masks, strict=True):
        slow = sum(dense[a, b] for a in ids[mask] for b in ids[~mask])
        assert value == pytest.approx(slow, abs=1e-4)
    assert set(masks.sum(axis=1)) in ({1}, {2})


def test_more_candidates_find_a_better_mask() -> None:
    windows = _windows()
    scores = pmi(presence(windows, 64, np.array([0])), least=3)
    best = []
    for count in (1, 5, 40):
        rng = np.random.default_rng(0)
        best.append(np.mean([informask.candidates_of(scores, ids, count, rng)[0].max() for ids in windows[:150]]))
    assert best == sorted(best)
    assert best[2] > best[0]


def test_what_goes_together_is_hidden_more_often_than_what_is_independent(tmp_path: Path) -> None:
    corpus = corpus_of_ids(tmp_path, _windows().tolist())
    table = informask.Informativeness(window=14, sample=600, prior=1.0)
    [rates] = table.make(corpus, {})
    assert min(rates[X], rates[Y]) > 1.5 * rates[Z]
    assert (rates[corpus.special_ids] == 0).all()
    flat = np.asarray(corpus.ids)
    ordinary = flat[~np.isin(flat, corpus.special_ids)]
    assert rates[ordinary].mean() == pytest.approx(0.15, abs=0.01)


def test_rates_are_used_token_by_token_or_as_odds_of_a_fixed_budget() -> None:
    rates = np.array([0.0, 0.1, 0.4])
    text = Text.of(np.tile([0, 1, 2, 2], (20_000, 1)))
    text = Text(text.ids, text.special, text.documents, {}, {"informativeness": rates})
    free = informask.select(text, rate=0.15, settings=informask.Settings(), rng=np.random.default_rng(0), state={})
    assert free.mean(axis=0) == pytest.approx([0, 0.1, 0.4, 0.4], abs=0.012)
    double = informask.select(text, rate=0.3, settings=informask.Settings(), rng=np.random.default_rng(0), state={})
    assert double.mean(axis=0) == pytest.approx([0, 0.2, 0.8, 0.8], abs=0.012)
    fixed = informask.select(
        text, rate=0.25, settings=informask.Settings(fixed_budget=True), rng=np.random.default_rng(0), state={}
    )
    assert (fixed.sum(axis=1) == 1).all()
    assert fixed.mean(axis=0) == pytest.approx([0, 1 / 9, 4 / 9, 4 / 9], abs=0.012)
