"""What is hidden cannot be read off another mention in the same document."""

import numpy as np
import pytest

from maskzoo.masking import all_mentions
from maskzoo.masking.common.text import Text


def _text(batch: int = 200, length: int = 64) -> Text:
    rng = np.random.default_rng(0)
    ids = 5 + (rng.zipf(1.4, (batch, length)) - 1) % 80
    special = rng.random((batch, length)) < 0.05
    ids[special] = 2
    documents = np.cumsum(rng.random((batch, length)) < 0.04, axis=1)
    return Text(ids.astype(np.int64), special, documents)


@pytest.mark.parametrize("most", [1, 3])
def test_all_mentions_of_a_token_are_hidden_or_none(most: int) -> None:
    text = _text()
    hidden = all_mentions.select(
        text, rate=0.15, settings=all_mentions.Settings(most=most), rng=np.random.default_rng(1), state={}
    )
    together = 0
    for row in range(len(text.ids)):
        for document in np.unique(text.documents[row]):
            here = (text.documents[row] == document) & ~text.special[row]
            for token in np.unique(text.ids[row, here]):
                mentions = hidden[row, here & (text.ids[row] == token)]
                if len(mentions) <= most:
                    assert mentions.all() or not mentions.any()
                    together += len(mentions) > 1 and bool(mentions.all())
    assert (together > 50) == (most > 1)


def test_the_budget_is_reached_and_special_tokens_stay() -> None:
    text = _text()
    hidden = all_mentions.select(
        text, rate=0.15, settings=all_mentions.Settings(), rng=np.random.default_rng(1), state={}
    )
    assert not (hidden & text.special).any()
    ordinary = (~text.special).sum(axis=1)
    assert (hidden.sum(axis=1) <= np.ceil(0.15 * ordinary)).all()
    assert hidden.sum() / ordinary.sum() == pytest.approx(0.15, abs=0.005)


def test_a_mention_in_another_document_is_another_token() -> None:
    text = Text(np.array([[7, 8, 7, 7, 8, 7]]), np.zeros((1, 6), dtype=bool), np.array([[0, 0, 0, 1, 1, 1]]))
    assert all_mentions.mentions(text, 3).tolist() == [[0, 1, 0, 3, 4, 3]]
    assert all_mentions.mentions(text, 1).tolist() == [[0, 1, 2, 3, 4, 5]]
