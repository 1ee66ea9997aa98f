"""`maskzoo tasks`: the splits of a domain's tasks, from their sources to Parquet."""

import argparse
import sys
from collections.abc import Iterator
from typing import Any

from maskzoo.arguments import add_recipe_arguments, declare, recipe_and_layout
from maskzoo.errors import unknown_name

UNUSABLE = ("undecodable", "invalid")  # reasons of which the first example is shown


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_recipe_arguments(parser)
    parser.add_argument("--task", help="prepare this task alone (default: all)")


def run(args: argparse.Namespace) -> int:
    from maskzoo.corpus.cache import Cache
    from maskzoo.corpus.sources import read_source
    from maskzoo.documents.record import Record
    from maskzoo.materials import makers
    from maskzoo.recipe.source import Source
    from maskzoo.recipe.task import Task
    from maskzoo.tasks.task_data import prepare_task

    recipe, layout = recipe_and_layout(args)
    if args.task is not None and args.task not in recipe.tasks:
        raise unknown_name("task", args.task, recipe.tasks, where=f"{recipe.folder / 'domain.yaml'}: tasks")
    cache = Cache.default()
    for name, task in recipe.tasks.items():
        if args.task not in (None, name):
            continue

        def read(part: str, source: Source, name: str = name, task: Task = task) -> Iterator[Record]:
            records = read_source(
                source, name=f"{name}.{part}", folder=recipe.folder, simulated=layout.simulated, cache=cache
            )
            return makers(task.material)[task.make.maker].make(records, task.make) if task.make else records

        declare(args, recipe, layout, task=name)
        where = f"{recipe.folder / 'domain.yaml'}: tasks.{name}"
        information = prepare_task(task, read, layout.task(name), where=where)
        print(_summary(name, information), f"-> {layout.task(name)}", file=sys.stderr)
    return 0


def _summary(name: str, information: dict[str, Any]) -> str:
    counts = ", ".join(f"{split} {count}" for split, count in information["counts"].items())
    first = {reason: information["first_removed"].get(reason) for reason in UNUSABLE}
    removed = ", ".join(
        f"{reason} {count}" + (f" (first {first[reason]})" if first.get(reason) else "")
        for reason, count in information["removed"].items()
        if count
    )
    alike = ""
    if "alike" in information:
        count, place = information["alike"]["test"], information["alike"]["first"]
        alike = f"; {count} tested texts stand in training but for case, white space or final signs (first {place})"
    labels, left_out = f"{len(information['labels'])} labels", f"; removed: {removed}" if removed else ""
    return f"{name}: {counts}; {labels}{left_out}{alike}"
