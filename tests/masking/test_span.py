"""Spans are runs of whole words, of the lengths that were drawn, and reach the budget."""

import numpy as np
import pytest

from maskzoo.masking import span
from maskzoo.masking.common.text import Text


def _case(batch: int = 300, length: int = 64) -> Text:
    rng = np.random.default_rng(0)
    special = rng.random((batch, length)) < 0.04
    text = Text.of(rng.integers(5, 90, (batch, length)), special, words=rng.random((batch, length)) < 0.6)
    documents = np.cumsum(rng.random((batch, length)) < 0.03, axis=1)
    return Text(text.ids, special, documents, text.columns)


def test_words_stay_whole_and_the_budget_is_reached() -> None:
    text = _case()
    hidden = span.select(text, rate=0.3, settings=span.Settings(), rng=np.random.default_rng(1), state={})
    assert not (hidden & text.special).any()
    goes_on = (text.columns["words"][:, 1:] == 0) & ~text.special[:, 1:] & ~text.special[:, :-1]
    goes_on &= text.documents[:, 1:] == text.documents[:, :-1]
    assert (hidden[:, 1:] == hidden[:, :-1])[goes_on].all()
    ordinary = (~text.special).sum(axis=1)
    assert (hidden.sum(axis=1) <= np.ceil(0.3 * ordinary)).all()
    assert hidden.sum() / ordinary.sum() == pytest.approx(0.3, abs=0.01)


def test_words_of_one_token_give_an_exact_budget() -> None:
    text = _case()
    text = Text(text.ids, text.special, text.documents, {"words": np.ones(text.ids.shape, np.uint8)})
    hidden = span.select(text, rate=0.15, settings=span.Settings(), rng=np.random.default_rng(1), state={})
    assert (np.abs(hidden.sum(axis=1) - 0.15 * (~text.special).sum(axis=1)) < 1).all()


def test_lengths_are_geometric_and_clipped() -> None:
    drawn = span.lengths(span.Settings(success=0.2, longest=10), (200_000,), np.random.default_rng(0))
    assert drawn.max() == 10
    expected = [0.2 * 0.8 ** (length - 1) for length in range(1, 10)]
    found = [(drawn == length).mean() for length in range(1, 11)]
    assert found == pytest.approx([*expected, 0.8**9], abs=0.004)
    assert drawn.mean() == pytest.approx(sum(0.8**k for k in range(10)), abs=0.02)  # 4.46


def test_hidden_tokens_stand_together() -> None:
    text = Text.of(np.zeros((300, 200)), words=np.ones((300, 200)))
    runs = {}
    for success in (0.2, 0.999):
        hidden = span.select(
            text, rate=0.15, settings=span.Settings(success=success), rng=np.random.default_rng(1), state={}
        )
        begins = hidden & ~np.pad(hidden, ((0, 0), (1, 0)))[:, :-1]
        runs[success] = hidden.sum() / begins.sum()
    assert runs[0.2] > 3
    assert runs[0.999] < 1.3  # single words meet by chance alone


def test_no_span_crosses_a_special_token_or_a_document() -> None:
    special = np.zeros((200, 9), dtype=bool)
    special[:, 4] = True
    text = Text.of(np.zeros((200, 9)), special, words=np.ones((200, 9)))
    settings = span.Settings(success=0.01, longest=4)
    hidden = span.select(text, rate=0.5, settings=settings, rng=np.random.default_rng(0), state={})
    # a start in either half hides to its end before another start is tried
    assert (hidden.sum(axis=1) == 4).all()
    assert not hidden[:, 4].any()
    halves = hidden[:, :4].sum(axis=1)
    assert set(halves) <= {0, 1, 2, 3, 4}
