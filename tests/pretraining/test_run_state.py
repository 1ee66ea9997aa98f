"""Counts of phases add up, and the step behind which a run decays is one."""

from pathlib import Path
from typing import Any

import pytest
import torch

from maskzoo.pretraining.run_state import Counts, RunState


def state(**given: Any) -> RunState:
    weights = torch.nn.Linear(1, 1)
    return RunState(Path("none"), "x", weights, torch.optim.SGD(weights.parameters()), [], **given)


def test_what_all_phases_spent_is_their_sum() -> None:
    one, other = Counts(1, 10, 9, 2, 5.0, 0.5), Counts(2, 20, 18, 3, 7.0, 1.5)
    assert state(counts=[one, other]).total == Counts(3, 30, 27, 5, 12.0, 2.0)
    assert Counts.sum([]) == Counts()


@pytest.mark.parametrize(("stable", "leaves"), [((2, 6), [6]), (None, []), ((6, 6), []), ((0, 6), [6])])
def test_a_run_leaves_the_peak_at_one_step_if_it_ever_was_there(
    stable: tuple[int, int] | None, leaves: list[int]
) -> None:
    assert [n for n in range(10) if state(counts=[], step=n, stable=stable).leaves_the_peak] == leaves
