"""The learning rate at the corners of its schedule."""

from typing import Any

import pytest

from maskzoo import registry
from maskzoo.errors import UserError
from maskzoo.objectives import mlm
from maskzoo.pretraining.learning_rate import learning_rate, warm_up_stable_decay
from maskzoo.pretraining.phases import Plan
from maskzoo.recipe.training import Budget, Curve, Masking, Phase, Training, phases_of


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
    plan = Plan.of(training, step_tokens=1)
    assert learning_rate(0, plan, training, head_steps=50) == 5e-3
    assert learning_rate(49, plan, training, head_steps=50) == 5e-3
    assert learning_rate(50, plan, training, head_steps=50) == pytest.approx(2e-4 / 5)
    assert learning_rate(60, plan, training, head_steps=50) == 2e-4
    assert learning_rate(99, plan, training, head_steps=50) == pytest.approx(2e-4 / 15)


def _plan(**settings: Any) -> Plan:
    return Plan.of(Training(**settings), step_tokens=256)


def test_a_detour_splits_its_tokens_ten_to_one_within_a_step() -> None:
    for steps in (11, 100, 1000, 1234):
        plan = _plan(steps=steps, schedule="clm_detour")
        assert abs(plan.ends[0] - steps * 10 / 11) <= 0.5
        assert plan.length == steps
    tokens = _plan(budget=Budget(tokens=55_000 * 256), schedule="clm_detour")
    assert tokens.ends == (50_000, 55_000)


def test_antlm_runs_its_blocks_in_order() -> None:
    plan = _plan(steps=72, schedule="antlm")
    assert [phase.objective and phase.objective.name for phase in plan.phases] == ["clm", "mlm", "clm", "mlm"]
    assert [plan.phase_at(place) for place in (0, 5, 6, 59, 60, 65, 66, 71, 72)] == [0, 0, 1, 1, 2, 2, 3, 3, 3]


def test_the_detour_stays_at_its_peak_and_falls_to_a_tenth_of_it_by_a_root() -> None:
    training = Training(steps=1100, learning_rate=2e-4, schedule="clm_detour")
    plan = Plan.of(training, step_tokens=1)
    assert learning_rate(0, plan, training) == pytest.approx(2e-4 / 60)
    assert {learning_rate(place, plan, training) for place in range(60, 1000)} == {2e-4}
    assert learning_rate(1000, plan, training) == pytest.approx(2e-4)
    assert learning_rate(1025, plan, training) == pytest.approx(2e-4 * (0.1 + 0.9 * (1 - 0.25**0.5)))
    assert learning_rate(1099, plan, training) == pytest.approx(2e-4 * (0.1 + 0.9 * (1 - 0.99**0.5)))


def test_phases_without_a_curve_share_the_one_of_the_run() -> None:
    together = Training(steps=100, warmup=0.1, decay=0.3, schedule="clm_then_mlm")
    alone = Training(steps=100, warmup=0.1, decay=0.3)
    plans = [Plan.of(one, step_tokens=1) for one in (together, alone)]
    assert plans[0].ends == (25, 100)
    for place in range(100):
        assert learning_rate(place, plans[0], together) == learning_rate(place, plans[1], alone)


def test_a_phase_may_warm_up_again_to_a_peak_of_its_own() -> None:
    second = Phase(share=1, curve=Curve(warmup=0.5, peak=0.2))
    training = Training(steps=20, warmup=0, decay=0, learning_rate=1.0, schedule=(Phase(share=1), second))
    plan = Plan.of(training, step_tokens=1)
    assert [learning_rate(place, plan, training) for place in (9, 10, 14, 15, 19)] == pytest.approx(
        [1.0, 0.04, 0.2, 0.2, 0.2]
    )


def test_flops_and_seconds_are_counted_in_ten_thousandths() -> None:
    plan = _plan(budget=Budget(flops=2e12), schedule="clm_detour")
    assert plan.place(steps=7, flops=1e12, seconds=3.0) == 5000
    assert plan.phase_at(plan.place(steps=7, flops=1.8e12, seconds=0)) == 0
    assert plan.phase_at(plan.place(steps=7, flops=1.9e12, seconds=0)) == 1
    assert plan.place(steps=7, flops=2e12, seconds=0) == plan.length
    clock = _plan(budget=Budget(seconds=60))
    assert clock.place(steps=7, flops=1e12, seconds=15.0) == 2500


def test_a_phase_of_no_step_is_refused_by_its_key() -> None:
    training = Training(steps=10, schedule=(Phase(share=100), Phase(share=1)))
    with pytest.raises(UserError, match=r"x: variants\.v\.training\.schedule\.1\.share: a share of 1 of 101"):
        Plan.of(training, step_tokens=1, where="x: variants.v")


def test_a_masking_of_a_phase_is_laid_over_the_variants() -> None:
    phase = Phase(masking=Masking(rate=0.3))
    assert phase.masking_over(Masking(corruption="bert")) == Masking(rate=0.3, corruption="bert")
    assert phase.masking_over(Masking(rate=0.5)).rate == 0.3
    assert Phase().masking_over(Masking(rate=0.5)).rate == 0.5


def test_every_named_schedule_ends_as_an_encoder() -> None:
    for name in registry.names("schedules"):
        assert phases_of(name)[-1].objective in (None, mlm.Settings())
