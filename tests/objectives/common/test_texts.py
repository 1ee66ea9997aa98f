"""Texts are whole, one a window, and follow from (seed, step)."""

import numpy as np
import pytest

from maskzoo.errors import UserError
from maskzoo.objectives.common.texts import Texts
from maskzoo.tokenization.windows import Windows

LENGTHS = (3, 7, 20, 9)  # with marks; the second is cut into none, the third into three pieces


def _texts(length: int = 10, **changed: int | None) -> Texts:
    documents = [[2, *range(100 * n, 100 * n + size - 2), 3] for n, size in enumerate(LENGTHS, start=1)]
    offsets = np.cumsum([0, *map(len, documents)])
    windows = Windows(np.concatenate(documents), offsets, special_ids=[0, 2, 3], length=length)
    return Texts(windows, **{"cls_id": 2, "sep_id": 3, "pad_id": 0, **changed})  # type: ignore[arg-type]


def test_long_documents_are_cut_and_short_ones_left_out() -> None:
    batch = _texts().at(np.arange(4))
    assert batch.ids.tolist() == [
        [2, 200, 201, 202, 203, 204, 3, 0, 0, 0],
        [2, 300, 301, 302, 303, 304, 305, 306, 307, 3],
        [2, 308, 309, 310, 311, 312, 313, 314, 315, 3],
        [2, 400, 401, 402, 403, 404, 405, 406, 3, 0],
    ]
    assert (batch.special == ((batch.ids == 0) | (batch.ids == 2) | (batch.ids == 3))).all()
    assert (batch.documents == (batch.ids == 0)).all()
    texts = _texts()
    assert (texts.windows.tokens[batch.places] == batch.ids)[~batch.special].all()


def test_an_epoch_has_every_text_once_and_the_next_one_another_order() -> None:
    texts = _texts()
    first, second = (texts.batch(seed=1, step=step, size=4).ids for step in (0, 1))
    assert sorted(first[:, 1]) == sorted(second[:, 1]) == [200, 300, 308, 400]
    assert (first == texts.batch(seed=1, step=0, size=4).ids).all()
    assert (texts.batch(seed=1, step=0, size=6).ids[:4] == first).all()


def test_texts_near_a_place_are_those_it_lies_in() -> None:
    texts = _texts()
    places = texts.start + texts.size // 2
    assert (texts.near(places).ids == texts.at(np.arange(4)).ids).all()
    assert texts.near(np.asarray([0])).ids[0, 1] == 200


def test_without_marks_or_texts_it_is_refused() -> None:
    with pytest.raises(UserError, match="texts need a start and an end token"):
        _texts(cls_id=None)
    with pytest.raises(UserError, match="no document has 30 tokens"):
        _texts(length=40, least=30)
