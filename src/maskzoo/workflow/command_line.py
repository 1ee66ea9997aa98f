"""What was typed behind `snakemake`: its targets, and whether anything is to run."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from maskzoo.errors import UserError
from maskzoo.workflow.zoo import Zoo

KINDS = ("domains", "studies", "papers", "publish", "docs")  # what targets begin with
# options under which nothing is run
LOOKS = (
    *("dryrun", "unlock", "lint", "list_rules", "list_target_rules", "dag", "rulegraph", "filegraph", "d3dag"),
    *("report", "summary", "detailed_summary", "cleanup_metadata", "archive", "containerize"),
)


@dataclass(frozen=True)
class Asked:
    """The command line of Snakemake, as far as it matters here.

    Attributes:
        runs: whether jobs will be started here.
    """

    targets: tuple[str, ...] = ()
    runs: bool = False


def command_line(arguments: Sequence[str]) -> Asked:
    """Read by Snakemake's own parser, so that the value of an option is never taken for a target."""
    from snakemake.cli import get_argument_parser

    try:
        found, _ = get_argument_parser().parse_known_args(list(arguments))
    except SystemExit:  # refused by Snakemake with its own words
        return Asked()
    return Asked(
        targets=tuple(str(target) for target in found.targets or ()),
        runs=not any(getattr(found, name, None) for name in LOOKS),
    )


def check_targets(targets: Sequence[str], zoo: Zoo) -> None:
    """Say what was meant by a target that is a domain's bare name, or nearly the name of a kind.

    Raises:
        UserError: there is nothing of that name, and something near it.
    """
    known = [*zoo.domains, *zoo.groups]
    for target in targets:
        name = target.strip("/")
        kind, _, rest = name.partition("/")
        if Path(target).exists() or kind in (*KINDS, "results", "zoo", "logs"):
            continue
        meant = get_close_matches(name, known, n=1, cutoff=0.7)
        near = get_close_matches(kind, KINDS, n=1, cutoff=0.7)
        if meant:
            raise UserError(f"no target {target!r}", hint=f"did you mean 'domains/{meant[0]}'?")
        if rest and near:
            raise UserError(f"no target {target!r}", hint=f"did you mean '{near[0]}/{rest}'?")
