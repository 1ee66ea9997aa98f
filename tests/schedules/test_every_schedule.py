"""What holds for every schedule that there is, and so for the next one that is added."""

import pytest

from maskzoo import registry
from maskzoo.recipe.training import Phase
from maskzoo.schedules import antlm, clm_detour, clm_then_mlm


@pytest.mark.parametrize("name", registry.names("schedules"))
def test_it_ends_with_a_model_that_can_be_released_and_says_where_it_is_from(name: str) -> None:
    module = registry.load("schedules", name)
    assert module.__doc__
    assert len(module.PHASES) > 1
    assert all(isinstance(phase, Phase) for phase in module.PHASES)
    last = module.PHASES[-1].objective
    assert last is None or last.name != "clm"  # its attention would be causal


def shares(module: object) -> list[tuple[str, float]]:
    phases: tuple[Phase, ...] = module.PHASES  # type: ignore[attr-defined]
    whole = sum(phase.share for phase in phases)
    return [(phase.objective.name, phase.share / whole) for phase in phases if phase.objective is not None]


def test_shares_are_those_of_the_papers() -> None:
    assert shares(clm_then_mlm) == [("clm", 0.25), ("mlm", 0.75)]
    assert shares(clm_detour) == [("clm", 10 / 11), ("mlm", 1 / 11)]
    assert shares(antlm) == [("clm", 6 / 72), ("mlm", 54 / 72), ("clm", 6 / 72), ("mlm", 6 / 72)]
