"""What is put in hidden places."""

import numpy as np
import pytest

from maskzoo.masking.common.corruption import corrupt, shared_out, subset

IDS = np.random.default_rng(0).integers(5, 60, (300, 100))
HIDDEN = np.random.default_rng(1).random(IDS.shape) < 0.3


def test_mask_only_masks_all_hidden_places_and_no_other() -> None:
    filled = corrupt(IDS, HIDDEN, shares=(1.0, 0.0), mask_id=4, ordinary=np.arange(5, 60), rng=np.random.default_rng(2))
    assert (filled[HIDDEN] == 4).all()
    assert (filled[~HIDDEN] == IDS[~HIDDEN]).all()


def test_bert_masks_eighty_replaces_ten_and_keeps_ten_percent() -> None:
    filled = corrupt(IDS, HIDDEN, shares=(0.8, 0.1), mask_id=4, ordinary=np.arange(5, 60), rng=np.random.default_rng(2))
    assert (filled[~HIDDEN] == IDS[~HIDDEN]).all()
    assert (filled[HIDDEN] == 4).mean() == pytest.approx(0.8, abs=0.02)
    assert (filled[HIDDEN] == IDS[HIDDEN]).mean() == pytest.approx(0.1 + 0.1 / 55, abs=0.02)
    assert filled.min() >= 4


def test_any_shares_may_be_asked_for() -> None:
    filled = corrupt(
        IDS, HIDDEN, shares=(0.5, 0.25), mask_id=4, ordinary=np.arange(5, 60), rng=np.random.default_rng(2)
    )
    assert (filled[HIDDEN] == 4).mean() == pytest.approx(0.5, abs=0.02)
    assert (filled[HIDDEN] == IDS[HIDDEN]).mean() == pytest.approx(0.25 + 0.25 / 55, abs=0.02)


def test_fewer_are_predicted_than_corrupted_to_the_token() -> None:
    special = np.random.default_rng(3).random(IDS.shape) < 0.1
    hidden = HIDDEN & ~special
    predicted = subset(hidden, special, rate=0.1, rng=np.random.default_rng(4))
    assert not (predicted & ~hidden).any()
    assert (np.abs(predicted.sum(1) - 0.1 * (~special).sum(1)) < 1).all()


@pytest.mark.parametrize(("rate", "copies"), [(0.1, 3), (0.15, 2)])
def test_copies_hide_disjoint_places_and_together_all_of_them(rate: float, copies: int) -> None:
    special = np.zeros(IDS.shape, dtype=bool)
    hidden = np.zeros(IDS.shape, dtype=bool)
    hidden[:, :30] = True
    dealt = shared_out(hidden, special, copies=copies, rate=rate, rng=np.random.default_rng(5))
    by_row = dealt.reshape(len(IDS), copies, -1)
    assert (by_row.sum(axis=1) == hidden).all()  # each place exactly once
    assert (by_row.sum(axis=2) == 30 / copies).all()
