"""Any batch of any step can be had at once."""

import numpy as np
import pytest

from maskzoo.errors import UserError
from maskzoo.tokenization.windows import Windows


def _windows(tokens: int = 1003, length: int = 10) -> Windows:
    offsets = np.array([0, 4, 17, 18, 500, tokens], dtype=np.uint64)
    return Windows(np.arange(tokens, dtype=np.uint16), offsets, special_ids=[0, 17], length=length)


def test_an_epoch_is_every_window_once_in_another_order_each_time() -> None:
    windows = _windows()
    epochs = []
    for epoch in range(2):
        batches = [windows.batch(seed=1, step=step, size=10).ids for step in range(10 * epoch, 10 * epoch + 10)]
        rows = np.concatenate(batches)
        assert rows.shape == (100, 10)
        assert len(np.unique(rows)) == 1000  # no token twice
        assert (np.diff(rows, axis=1) == 1).all()  # windows of text as it stands
        epochs.append(rows)
    assert (epochs[0] != epochs[1]).any()


def test_what_is_left_over_changes_with_the_epoch() -> None:
    windows = _windows()
    seen = {int(windows.batch(seed=0, step=epoch, size=100).ids.max()) for epoch in range(20)}
    assert len(seen) == 4  # 1003 tokens: windows of ten begin at 0, 1, 2 or 3


def test_a_batch_follows_from_seed_and_step_alone() -> None:
    fresh = _windows().batch(seed=5, step=77, size=8)
    used = _windows()
    for step in range(100):
        used.batch(seed=5, step=step, size=8)
    assert (used.batch(seed=5, step=77, size=8).ids == fresh.ids).all()
    assert (_windows().batch(seed=6, step=77, size=8).ids != fresh.ids).any()


def test_documents_and_positions_restart_together() -> None:
    batch = _windows().at(np.array([10]))
    assert batch.ids[0].tolist() == list(range(10, 20))
    assert batch.documents[0].tolist() == [1, 1, 1, 1, 1, 1, 1, 2, 3, 3]
    assert batch.positions[0].tolist() == [0, 1, 2, 3, 4, 5, 6, 0, 0, 1]
    assert batch.special[0].tolist() == [False] * 7 + [True] + [False] * 2


def test_fewer_windows_than_a_batch_are_repeated() -> None:
    batch = _windows(tokens=25).batch(seed=0, step=0, size=9)
    assert batch.ids.shape == (9, 10)


def test_less_text_than_a_window_makes_a_shorter_window() -> None:
    windows = Windows(np.arange(6, dtype=np.uint16), np.array([0, 6]), special_ids=[], length=10)
    assert windows.batch(seed=0, step=3, size=2).ids.tolist() == [[0, 1, 2, 3, 4, 5]] * 2


def test_no_text_is_an_error() -> None:
    with pytest.raises(UserError, match="no tokens"):
        Windows(np.empty(0, dtype=np.uint16), np.array([0]), special_ids=[], length=10)


def test_spread_windows_reach_both_ends() -> None:
    starts = _windows().spread(5)
    assert len(starts) == 5
    assert starts[0] == 0
    assert starts[-1] == 990
    assert len(_windows().spread(1000)) == 100
