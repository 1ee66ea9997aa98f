"""The learning rate at the corners of its schedule."""

import pytest

from maskzoo.pretraining.schedule import learning_rate, warm_up_stable_decay
from maskzoo.recipe.training import Training


def _factor(step: int, warmup: float = 0.1, decay: float = 0.3) -> float:
    return warm_up_stable_decay(step, steps=100, warmup=warmup, decay=decay)


def test_corners() -> None:
    assert _factor(0) == pytest.approx(0.1)
    assert _factor(9) == 1.0
    assert _factor(10) == 1.0
    assert _factor(70) == 1.0
    assert _factor(71) == pytest.approx(29 / 30)
    assert _factor(99) == pytest.approx(1 / 30)
    assert _factor(100) == 0.0


def test_without_warmup_or_decay_it_is_flat() -> None:
    assert {_factor(step, warmup=0, decay=0) for step in range(100)} == {1.0}


def test_every_step_learns_something() -> None:
    for steps in (1, 2, 3, 7, 1000):
        factors = [warm_up_stable_decay(step, steps=steps, warmup=0.06, decay=0.3) for step in range(steps)]
        assert min(factors) > 0
        assert max(factors) == 1.0


def test_a_head_is_warmed_at_its_own_rate_before_the_schedule_begins() -> None:
    training = Training(steps=100, warmup=0.1, decay=0.3, learning_rate=2e-4, head_warmup_learning_rate=5e-3)
    assert learning_rate(0, training, head_steps=50) == 5e-3
    assert learning_rate(49, training, head_steps=50) == 5e-3
    assert learning_rate(50, training, head_steps=50) == pytest.approx(2e-4 / 5)
    assert learning_rate(60, training, head_steps=50) == 2e-4
    assert learning_rate(99, training, head_steps=50) == pytest.approx(2e-4 / 15)
