"""`maskzoo list`: what there is to run, and what has been run. A broken domain is shown as broken, not raised."""

import argparse
import json
import shutil
import textwrap
from collections.abc import Sequence
from pathlib import Path

from maskzoo.errors import UserError
from maskzoo.recipe.folders import domains, groups, misnamed
from maskzoo.results.run_record import FOLDER
from maskzoo.results.standing import Domain, Standing, standing

COLUMNS: tuple[str, ...] = ("target", "scale", "variants", "tasks", "probes", "done")
WIDE = 120  # columns, where there is no terminal to ask


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("domain", nargs="*", help="only these domains or groups, for example domains/low_resource")
    parser.add_argument("--results", type=Path, default=Path("results"), help="where stages wrote (default: results)")
    parser.add_argument("--remote", action="store_true", help="what of the zoo is on the Hub, with its versions")
    parser.add_argument("--namespace", help="with --remote: user or organisation (default: those of the recipes)")
    parser.add_argument("--json", action="store_true", help="the same for programs: domains, groups, scales, headlines")


def run(options: argparse.Namespace) -> int:
    every = domains()
    if not every:
        raise UserError("no domains/ with a domain.yaml here", expected="the root of a checkout of the zoo")
    members = groups(every)
    if options.remote:
        from maskzoo.release.remote_list import print_remote

        return print_remote(_chosen(options.domain, every, members), options.namespace, as_json=options.json)
    found = [standing(name, options.results, FOLDER) for name in _chosen(options.domain, every, members)]
    if options.json:
        print(json.dumps({"domains": [one.as_json() for one in found], "groups": members}, indent=2))
        return 0
    width = shutil.get_terminal_size((WIDE, 24)).columns
    print("\n".join(_table(found, width)))
    odd = [f"no domain: domains/{name}: {reason}" for name, reason in misnamed().items()] if not options.domain else []
    for told in (_headlines(found, width), _groups(members, width), _broken(found), odd):
        if told:
            print("\n" + "\n".join(told))
    print(
        "\nsnakemake --cores 8 domains/legal                          sources to release folder on simulated data"
        "\nsnakemake --cores 8 domains/legal --config scale=small     the same on real data"
        "\nsnakemake --report report.html domains/legal               pictures and tables on one page"
        "\nmaskzoo new domains/mine --from 'notes/*.txt'              a domain of your own"
    )
    return 0


def _chosen(asked: Sequence[str], every: list[str], members: dict[str, list[str]]) -> list[str]:
    from maskzoo.errors import unknown_name

    if not asked:
        return every
    chosen: dict[str, None] = {}
    for word in asked:
        name = word.removeprefix("domains/").strip("/")
        if name not in every and name not in members:
            raise unknown_name("domain", name, [*every, *members])
        chosen |= dict.fromkeys(members.get(name, [name]))
    return list(chosen)


def _table(found: Sequence[Domain], width: int) -> list[str]:
    """One row a scale, the name in the first; where names do not fit, probes, tasks and then variants are numbers."""
    for named in (("variants", "tasks", "probes"), ("variants", "tasks"), ("variants",), ()):
        full = [COLUMNS, *(row for domain in found for row in _rows(domain, named))]
        if _width(full) <= width:
            break
    widths = [max(len(row[column]) for row in full) for column in range(len(COLUMNS))]
    return ["  ".join(cell.ljust(size) for cell, size in zip(row, widths, strict=True)).rstrip() for row in full]


def _width(rows: Sequence[Sequence[str]]) -> int:
    return sum(max(len(row[column]) for row in rows) for column in range(len(COLUMNS))) + 2 * (len(COLUMNS) - 1)


def _rows(domain: Domain, named: Sequence[str]) -> list[tuple[str, ...]]:
    target = f"domains/{domain.name}"
    if domain.problem:
        return [(target, "", "", "", "", "broken")]
    return [(target if not i else "", *_row(one, named)) for i, one in enumerate(domain.scales)]


def _row(one: Standing, named: Sequence[str]) -> tuple[str, ...]:
    if one.problem:
        return (one.scale, "", "", "", "broken")
    variants = ", ".join(one.variants) if "variants" in named else str(len(one.variants))
    tasks = (", ".join(one.tasks) or "-") if "tasks" in named else str(len(one.tasks))
    probes = (", ".join(one.probes) or "-") if "probes" in named else str(len(one.probes))
    return (one.scale, variants, tasks, probes, one.done)


def _headlines(found: Sequence[Domain], width: int) -> list[str]:
    """The result of every scale that has one, and where it was read."""
    lines: list[str] = []
    for domain in found:
        for one in domain.scales:
            if one.headline:
                text = f"{domain.name} at {one.scale}: {one.headline} ({one.source}, {one.date})"
                lines += textwrap.wrap(text, max(width, 40), subsequent_indent="    ")
    return lines


def _groups(members: dict[str, list[str]], width: int) -> list[str]:
    lines: list[str] = []
    for name, several in members.items():
        short = ", ".join(one.removeprefix(f"{name}/") for one in several)
        lines += textwrap.wrap(f"domains/{name} runs {len(several)}: {short}", max(width, 40), subsequent_indent="    ")
    return lines


def _broken(found: Sequence[Domain]) -> list[str]:
    """Each reason once, in the order they were met."""
    problems = [one for domain in found for one in (domain.problem, *(scale.problem for scale in domain.scales)) if one]
    return [f"broken: {problem}" for problem in dict.fromkeys(problems)]
