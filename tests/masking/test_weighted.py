"""Weighted policies choose with the odds of their formulas, within an exact budget, and learn what they should."""

import numpy as np
import pytest

from maskzoo.masking import adaptive, frequency_weighted, loss_weighted, term_weighted
from maskzoo.masking.common.counts import Counts, InverseDocumentFrequency
from maskzoo.masking.common.text import Outcome, Text
from tests.masking.corpora import corpus_of

RNG = np.random.default_rng


def _text(ids: np.ndarray, special: np.ndarray | None = None, **entries: list[float]) -> Text:
    text = Text.of(ids, special)
    tables = {name: np.asarray(values, dtype=np.float64) for name, values in entries.items()}
    return Text(text.ids, text.special, text.documents, {"words": np.ones(text.ids.shape, dtype=np.uint8)}, tables)


def _outcome(ids: list[int], losses: list[float], *, vocabulary: int = 4, masked: list[bool] | None = None) -> Outcome:
    right = np.asarray(losses) < 1
    return Outcome(np.asarray(ids), np.asarray(losses), right, np.asarray(masked or [True] * len(ids)), {}, vocabulary)


def _learned(policy, settings, state, outcome, times: int = 1, rate: float = 0.15):
    for _ in range(times):
        state = policy.learn(state, outcome, settings=settings, rate=rate)
    return state


def test_rare_tokens_are_drawn_with_the_odds_of_their_counts() -> None:
    text = _text(np.tile([0, 1], (40_000, 1)), counts=[100, 2500])
    hidden = frequency_weighted.select(
        text, rate=0.5, settings=frequency_weighted.Settings(alpha=0.5), rng=RNG(0), state={}
    )
    assert (hidden.sum(axis=1) == 1).all()
    odds = hidden[:, 0].mean() / hidden[:, 1].mean()
    assert odds == pytest.approx((100 / 2500) ** -0.5, rel=0.05)  # 5 to 1


def test_very_rare_tokens_count_as_frequent_as_theta() -> None:
    text = _text(np.tile([0, 1], (40_000, 1)), counts=[1, 40])
    settings = frequency_weighted.Settings(alpha=1.0, theta=10)
    hidden = frequency_weighted.select(text, rate=0.5, settings=settings, rng=RNG(0), state={})
    assert hidden[:, 0].mean() == pytest.approx(0.8, abs=0.01)  # 40 to 10


def test_the_rarer_the_decile_the_higher_its_rate_and_the_budget_is_exact() -> None:
    rng = RNG(0)
    ids = (rng.zipf(1.3, (600, 64)) - 1) % 200
    counts = np.bincount(ids.ravel(), minlength=200).astype(float)
    special = rng.random(ids.shape) < 0.1
    text = _text(ids, special, counts=list(counts))
    hidden = frequency_weighted.select(text, rate=0.15, settings=frequency_weighted.Settings(), rng=rng, state={})
    assert not (hidden & special).any()
    assert (np.abs(hidden.sum(axis=1) - 0.15 * (~special).sum(axis=1)) < 1).all()
    bands = np.digitize(counts[ids], [30, 300, 3000])
    rates = [hidden[bands == band].sum() / (~special)[bands == band].sum() for band in range(4)]
    assert rates == sorted(rates, reverse=True)
    assert rates[0] > 2 * rates[3]


def test_counts_are_those_of_the_train_split(tmp_path) -> None:
    corpus = corpus_of(tmp_path, "wordpiece", ["one two two", "two three"] * 30, vocab_size=64)
    [counts] = Counts().make(corpus, {})
    flat = np.asarray(corpus.ids)
    slow = [int((flat == entry).sum()) for entry in range(corpus.vocabulary)]
    for special in corpus.special_ids:
        slow[special] = 0
    assert counts.tolist() == slow
    [idf] = InverseDocumentFrequency().make(corpus, {})
    documents = [
        set(flat[first:last].tolist()) for first, last in zip(corpus.offsets, corpus.offsets[1:], strict=False)
    ]
    for entry in range(corpus.vocabulary):
        n = sum(entry in document for document in documents)
        expected = 0.0 if entry in corpus.special_ids else np.log(1 + (len(documents) - n + 0.5) / (n + 0.5))
        assert idf[entry] == pytest.approx(expected)


def test_losses_become_odds_and_entries_that_were_no_target_keep_theirs() -> None:
    settings = loss_weighted.Settings(tau=0.5)
    state = loss_weighted.start(settings, 4)
    assert np.allclose(state["loss"], np.log(4))
    state = _learned(loss_weighted, settings, state, _outcome([0, 0, 1], [1.0, 2.0, 1.0]))
    assert state["loss"].tolist() == pytest.approx([1.5, 1.0, np.log(4), np.log(4)])
    text = _text(np.tile([0, 1], (40_000, 1)))
    hidden = loss_weighted.select(text, rate=0.5, settings=settings, rng=RNG(0), state=state)
    assert hidden[:, 0].mean() / hidden[:, 1].mean() == pytest.approx(np.exp((1.5 - 1.0) / 0.5), rel=0.05)


def test_a_loss_beyond_the_clip_counts_as_the_clip() -> None:
    settings = loss_weighted.Settings(clip=3.0)
    state = _learned(loss_weighted, settings, loss_weighted.start(settings, 4), _outcome([2], [50.0]))
    assert state["loss"][2] == 3.0


def test_equal_losses_are_uniform_masking() -> None:
    settings = loss_weighted.Settings()
    state = _learned(loss_weighted, settings, loss_weighted.start(settings, 4), _outcome([0, 1, 2, 3], [2.0] * 4))
    text = _text(np.tile([0, 1, 2, 3, 0, 1, 2, 3], (20_000, 1)))
    hidden = loss_weighted.select(text, rate=0.25, settings=settings, rng=RNG(0), state=state)
    assert (hidden.sum(axis=1) == 2).all()
    assert np.abs(hidden.mean(axis=0) - 0.25).max() < 0.012


@pytest.mark.parametrize("soft", [False, True])
def test_the_table_of_rates_keeps_its_mean_and_its_floor(soft: bool) -> None:
    settings = adaptive.Settings(refresh=1, soft=soft)
    state = adaptive.start(settings, 4)
    for _ in range(6):
        state = _learned(adaptive, settings, state, _outcome([0] * 50 + [1] * 50, [0.0] * 50 + [5.0] * 50))
        assert state["rates"].mean() == pytest.approx(1.0)
        unscaled = state["rates"] / state["rates"].max()
        assert unscaled.min() >= adaptive.LOWEST / 0.15 / 1.5 * 0.5


def test_what_is_always_right_is_hidden_less_and_less_towards_a_fixed_point() -> None:
    settings = adaptive.Settings(refresh=2)
    state = adaptive.start(settings, 4)
    outcome = _outcome([0] * 5 + [1] * 5, [0.0] * 5 + [5.0] * 5)
    ratios = []
    for _ in range(8):
        state = _learned(adaptive, settings, state, outcome, times=1)
        before = state["rates"].copy()
        state = _learned(adaptive, settings, state, outcome, times=1)
        assert (before != state["rates"]).any()  # every second step
        ratios.append(state["rates"][1] / state["rates"][0])
    assert ratios == sorted(ratios)
    # 10 right of 10: accuracy 10.5 / 11; none right: 0.5 / 11
    assert state["right"].sum() == state["wrong"].sum() == 0
    first = _learned(adaptive, settings, adaptive.start(settings, 4), outcome, times=2)["rates"]
    by_hand = np.array([0.2 + 0.8 * (1 - 10.5 / 11), 0.2 + 0.8 * (1 - 0.5 / 11), 0.6, 0.6])
    assert first == pytest.approx(by_hand / by_hand.mean())


def test_the_expected_number_of_hidden_tokens_is_the_rate_of_the_row() -> None:
    rng = RNG(0)
    ids, special = rng.integers(0, 4, (4000, 40)), rng.random((4000, 40)) < 0.1
    state = {**adaptive.start(adaptive.Settings(), 4), "rates": np.array([0.2, 0.6, 1.2, 2.0])}
    hidden = adaptive.select(_text(ids, special), rate=0.2, settings=adaptive.Settings(), rng=rng, state=state)
    assert not (hidden & special).any()
    assert hidden.sum() / (~special).sum() == pytest.approx(0.2, abs=0.003)
    rates = [hidden[ids == entry].sum() / (~special)[ids == entry].sum() for entry in range(4)]
    assert rates[3] / rates[0] == pytest.approx(10, rel=0.1)
    flat = adaptive.start(adaptive.Settings(), 4)
    uniform = adaptive.select(_text(ids, special), rate=0.2, settings=adaptive.Settings(), rng=rng, state=flat)
    assert np.abs(uniform.mean(axis=0) / 0.9 - 0.2).max() < 0.03


def test_only_masks_count_for_the_soft_table() -> None:
    settings = adaptive.Settings(refresh=100, soft=True)
    outcome = _outcome([0, 0, 1], [2.0, 4.0, 3.0], masked=[True, False, True])
    state = _learned(adaptive, settings, adaptive.start(settings, 4), outcome)
    assert state["loss"].tolist() == pytest.approx([np.log(4) + 2, np.log(4) + 3, np.log(4), np.log(4)])
    assert state["times"].tolist() == [2, 2, 1, 1]


def test_terms_of_a_passage_are_drawn_by_their_weights() -> None:
    text = _text(np.tile([0, 1, 2], (40_000, 1)), idf=[0.0, 1.0, 3.0])
    settings = term_weighted.Settings(weight="tfidf", importance=0.7)
    by_hand = 0.7 * np.array([0, 1, 3]) / 4 + 0.3 / 3
    assert term_weighted.odds(text, settings)[0] == pytest.approx(by_hand)
    hidden = term_weighted.select(text, rate=1 / 3, settings=settings, rng=RNG(0), state={})
    assert (hidden.sum(axis=1) == 1).all()
    assert hidden.mean(axis=0) == pytest.approx(by_hand, abs=0.01)


def test_without_importance_terms_are_uniform() -> None:
    odds = term_weighted.odds(_text(np.array([[0, 1, 2]]), idf=[0.0, 1.0, 3.0]), term_weighted.Settings(importance=0))
    assert odds[0] == pytest.approx([1 / 3] * 3)


def test_pieces_weigh_as_the_rarest_of_their_word_and_terms_count_within_their_document() -> None:
    ids = np.array([[1, 2, 3, 2, 2]])
    text = _text(ids, idf=[0.0, 1.0, 3.0, 2.0])
    text = Text(
        text.ids,
        text.special,
        np.array([[0, 0, 0, 1, 1]]),
        {"words": np.array([[1, 0, 1, 1, 1]], np.uint8)},
        text.entries,
    )
    odds = term_weighted.odds(text, term_weighted.Settings(weight="tfidf", importance=1.0))
    assert odds[0] == pytest.approx(np.array([3, 3, 2, 6, 6]) / 20)  # token 2 stands twice in the second document


def test_bm25_saturates() -> None:
    ids = np.array([[1, 1, 1, 1, 2, 2, 2, 2]])
    text = _text(ids, idf=[0.0, 1.0, 1.0])
    odds = term_weighted.odds(text, term_weighted.Settings(importance=1.0))
    assert odds[0] == pytest.approx([1 / 8] * 8)
    once = _text(np.array([[1, 1, 1, 2]]), idf=[0.0, 1.0, 1.0])
    odds = term_weighted.odds(once, term_weighted.Settings(importance=1.0))[0]
    three, one = 3 * 2.2 / (3 + 1.2), 1 * 2.2 / (1 + 1.2)  # the only passage is as long as the mean
    assert odds[0] / odds[3] == pytest.approx(three / one)
