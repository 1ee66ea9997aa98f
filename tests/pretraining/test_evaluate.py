"""The frozen mask, and the loss under it."""

import math

import numpy as np
import pytest
import torch

from maskzoo.errors import UserError
from maskzoo.models.common.heads import at_places
from maskzoo.pretraining.evaluate import frozen_mask, validate
from maskzoo.pretraining.world import World
from maskzoo.tokenization.windows import Windows
from tests.models.tiny import tiny

TOKENS = np.random.default_rng(0).integers(5, 65, 4000).astype(np.uint16)
OFFSETS = np.array([0, 1300, 2600, 4000])


def test_fifteen_percent_of_the_places_and_no_special() -> None:
    places = np.arange(200_000)
    special = np.zeros(len(places), dtype=bool)
    hidden = frozen_mask(places, special)
    assert hidden.mean() == pytest.approx(0.15, abs=0.003)
    assert np.corrcoef(hidden[1:], hidden[:-1])[0, 1] == pytest.approx(0, abs=0.01)
    assert not frozen_mask(places, ~special).any()


def test_a_place_is_hidden_or_not_however_the_text_is_cut() -> None:
    whole = frozen_mask(np.arange(1000), np.zeros(1000, dtype=bool))
    pieces = frozen_mask(np.arange(1000).reshape(50, 20), np.zeros((50, 20), dtype=bool))
    assert (whole == pieces.ravel()).all()


def test_equal_to_the_loss_of_the_model_itself_and_back_in_training_mode() -> None:
    model = tiny("bert", dropout=0.5).train()
    windows = Windows(TOKENS, np.array([0, 4000]), special_ids=[0, 1, 2, 3, 4], length=40)
    result = validate(
        model,
        windows,
        mask_id=4,
        batches=4,
        batch_size=8,
        world=World(),
        tokens_per_byte=0.25,
    )
    assert model.training
    model.eval()
    batch = windows.at(windows.spread(32))
    hidden = frozen_mask(windows.spread(32)[:, None] + np.arange(40), batch.special)
    ids = torch.from_numpy(np.where(hidden, 4, batch.ids))
    full = model(input_ids=ids, labels=torch.from_numpy(np.where(hidden, batch.ids, -100)))
    assert result.loss == pytest.approx(full.loss.item(), abs=1e-5)
    right = (full.logits.argmax(-1).numpy() == batch.ids)[hidden].mean()
    assert result.accuracy == pytest.approx(right)
    assert result.bits_per_byte == pytest.approx(result.loss / math.log(2) / 4)


def test_the_loss_does_not_depend_on_how_many_windows_are_read_at_once() -> None:
    model, windows = tiny("bert"), Windows(TOKENS, OFFSETS, special_ids=[0, 1, 2, 3, 4], length=40)
    whole, parts = (
        validate(model, windows, mask_id=4, batches=4, batch_size=8, world=World(), at_once=size) for size in (None, 3)
    )
    assert parts.loss == pytest.approx(whole.loss, abs=1e-6)
    assert parts.accuracy == whole.accuracy


def test_states_at_hidden_places_are_taken_in_row_order() -> None:
    states = torch.arange(24.0).reshape(2, 4, 3)
    hidden = torch.tensor([[False, True, False, True], [True, False, False, False]])
    assert torch.equal(at_places(states, hidden, 3), states[hidden])
    assert at_places(states, torch.zeros_like(hidden), 0).shape == (0, 3)


def test_a_split_of_which_nothing_is_masked_has_no_loss() -> None:
    windows = Windows(np.full(8, 2, dtype=np.uint16), np.array([0, 8]), special_ids=[0, 1, 2, 3, 4], length=8)
    with pytest.raises(UserError, match=r"corpus\.split\.validation: the frozen mask hides none of the 0 tokens"):
        validate(tiny("bert"), windows, mask_id=4, batches=1, batch_size=1, world=World())
