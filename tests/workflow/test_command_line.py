"""Targets and whether anything runs, as Snakemake's own parser reads them; what was nearly right is said."""

from pathlib import Path

import pytest

from maskzoo.errors import UserError
from maskzoo.workflow.command_line import Asked, check_targets, command_line
from maskzoo.workflow.zoo import Zoo


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("domains/legal -c2", Asked(("domains/legal",), runs=True)),
        ("-n domains/legal papers", Asked(("domains/legal", "papers"), runs=False)),
        ("-c 1 --config scale=small -- domains/code", Asked(("domains/code",), runs=True)),
        ("--profile profiles/slurm domains/code", Asked(("domains/code",), runs=True)),
        ("--unlock", Asked((), runs=False)),
        ("domains/legal --summary", Asked(("domains/legal",), runs=False)),
        ("", Asked((), runs=True)),
    ],
)
def test_values_of_options_are_no_targets_and_looking_is_no_run(typed: str, asked: Asked) -> None:
    assert command_line(typed.split()) == asked


@pytest.fixture
def some(zoo: Path) -> Zoo:
    return Zoo.from_config({}, submits=False)


@pytest.mark.parametrize(
    ("target", "meant"),
    [
        ("legal", "domains/legal"),
        ("leagl", "domains/legal"),
        ("legal/", "domains/legal"),
        ("domain/legal", "domains/legal"),
        ("studie/x", "studies/x"),
    ],
)
def test_a_target_that_is_nearly_one_is_answered_with_it(some: Zoo, target: str, meant: str) -> None:
    with pytest.raises(UserError, match=f"did you mean '{meant}'"):
        check_targets([target], some)


def test_targets_that_are_there_and_files_pass(some: Zoo) -> None:
    Path("leagl").write_text("")  # a file of that name is meant
    check_targets(["domains/legal", "results/demo/x.json", "zoo", "leagl", "quite-something-else"], some)
