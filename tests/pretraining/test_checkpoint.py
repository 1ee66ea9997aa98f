"""A checkpoint brings back all that the next step depends on."""

from pathlib import Path

import pytest
import torch

from maskzoo.errors import UserError
from maskzoo.optimisers import adamw
from maskzoo.pretraining import checkpoint
from maskzoo.pretraining.root_module import RootModule
from maskzoo.recipe.training import Training


def _stepped(model: torch.nn.Module) -> torch.optim.AdamW:
    optimiser = adamw.make(model, Training(learning_rate=0.1))
    model(torch.ones(2, 3)).sum().backward()
    optimiser.step()
    return optimiser


def test_weights_moments_and_counts_of_steps_come_back(tmp_path: Path) -> None:
    saved = torch.nn.Linear(3, 4)
    optimiser = _stepped(saved)
    checkpoint.save(tmp_path, 7, RootModule(saved, []), optimiser, {"tokens": 11})
    other = torch.nn.Linear(3, 4)
    fresh = adamw.make(other, Training())
    checkpoint.restore(tmp_path, 7, RootModule(other, []), fresh)
    for before, after in zip(saved.parameters(), other.parameters(), strict=True):
        assert torch.equal(before, after)
        assert optimiser.state[before].keys() == fresh.state[after].keys() == {"step", "exp_avg", "exp_avg_sq"}
        assert all(torch.equal(value, fresh.state[after][key]) for key, value in optimiser.state[before].items())
    state = checkpoint.state_of(tmp_path, 7)
    assert (state["step"], state["tokens"]) == (7, 11)
    assert checkpoint.trouble(tmp_path, 7) == "state.json has no fingerprint"


def test_everything_of_the_optimiser_lies_where_the_weights_lie(tmp_path: Path) -> None:
    saved = torch.nn.Linear(3, 4)
    checkpoint.save(tmp_path, 1, RootModule(saved, []), _stepped(saved), {})
    elsewhere = torch.nn.Linear(3, 4, device="meta")  # stands for a GPU
    optimiser = torch.optim.AdamW(elsewhere.parameters())
    checkpoint.restore(tmp_path, 1, RootModule(elsewhere, []), optimiser)
    assert {value.device.type for state in optimiser.state.values() for value in state.values()} == {"meta"}


def test_a_checkpoint_of_other_modules_is_refused_in_a_sentence(tmp_path: Path) -> None:
    saved, larger = torch.nn.Linear(3, 4, bias=False), torch.nn.Linear(3, 4)
    checkpoint.save(tmp_path, 1, RootModule(saved, []), _stepped(saved), {})
    with pytest.raises(UserError, match=r"step-00000001: the checkpoint has no bias; .* to train afresh"):
        checkpoint.restore(tmp_path, 1, RootModule(larger, []), adamw.make(larger, Training()))
