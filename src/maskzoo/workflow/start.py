"""The beginning of every Snakemake run: the zoo that the command line asks for, or one sentence and exit code 2."""

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from maskzoo.errors import UserError
from maskzoo.workflow.command_line import check_targets, command_line
from maskzoo.workflow.locks import hold
from maskzoo.workflow.messages import listen
from maskzoo.workflow.shelf import Shelf
from maskzoo.workflow.zoo import Zoo, baseline_names


@contextmanager
def refusing() -> Iterator[None]:
    """Turn a user's mistake into its sentence on standard error and exit code 2, without a place in the Snakefile."""
    try:
        yield
    except UserError as error:
        print(f"maskzoo: error: {error}", file=sys.stderr)
        sys.exit(2)


def start(workflow: Any, config: Mapping[str, Any]) -> tuple[Zoo, Shelf]:
    """The domains and the papers of this checkout, with the recipes behind the targets read and found in order.

    Args:
        workflow: Snakemake's own object, as the Snakefile sees it.
        config: of `--config` and config files.
    """
    with refusing():
        zoo = Zoo.from_config(
            config,
            submits=workflow.is_main_process,
            # told while the jobs are put together, which is before it is decided which of them run
            force=(lambda path: workflow.dag.forcefiles.add(path)) if workflow.is_main_process else None,
        )
        shelf = Shelf.of(zoo, config.get("scale"))
        asked = command_line(sys.argv[1:])
        check_targets(asked.targets, zoo)
        zoo.check(asked.targets)
        shelf.check(asked.targets)
        if asked.runs and workflow.is_main_process:
            hold()
            listen()
        zoo.check_cluster(
            workflow.resource_settings.overwrite_resources, workflow.resource_settings.default_resources or {}
        )
    return zoo, shelf


def patterns(zoo: Zoo) -> dict[str, str]:
    """What every wildcard of the rules may be: `wildcard_constraints`."""
    name = "[A-Za-z0-9_-]+"
    baseline = "|".join(baseline_names())
    # a dot stands between a study and one of its cells, and between a tokenizer and a task
    dotted = rf"{name}(?:\.{name})?"
    domain = "|".join(map(re.escape, zoo.domains)) or "(?!)"
    return {
        **dict.fromkeys(("domain", "other"), domain),
        **dict.fromkeys(("study", "suite", "task", "tokenizer"), name),
        **dict.fromkeys(("variant", "tokens"), dotted),
        **dict.fromkeys(("seed", "number", "jobs"), r"\d+"),
        "scale": "[a-z0-9_]+",
        "baseline": baseline,
        "model": rf"(?!(?:{baseline})/){dotted}",
    }


def both(names: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """(target, name, value) of what is asked for by name, also with the slash that shell completion types."""
    for name, value in names.items():
        yield name, name, value
        yield f"{name}/", name, value
