"""What is put in hidden places."""

import numpy as np
import pytest

from maskzoo.pretraining.corruption import corrupt

IDS = np.random.default_rng(0).integers(5, 60, (300, 100))
HIDDEN = np.random.default_rng(1).random(IDS.shape) < 0.3


def test_mask_only_masks_all_hidden_places_and_no_other() -> None:
    filled = corrupt(IDS, HIDDEN, rule="mask_only", mask_id=4, ordinary=np.arange(5, 60), rng=np.random.default_rng(2))
    assert (filled[HIDDEN] == 4).all()
    assert (filled[~HIDDEN] == IDS[~HIDDEN]).all()


def test_bert_masks_eighty_replaces_ten_and_keeps_ten_percent() -> None:
    filled = corrupt(IDS, HIDDEN, rule="bert", mask_id=4, ordinary=np.arange(5, 60), rng=np.random.default_rng(2))
    assert (filled[~HIDDEN] == IDS[~HIDDEN]).all()
    assert (filled[HIDDEN] == 4).mean() == pytest.approx(0.8, abs=0.02)
    assert (filled[HIDDEN] == IDS[HIDDEN]).mean() == pytest.approx(0.1 + 0.1 / 55, abs=0.02)
    assert filled.min() >= 4
