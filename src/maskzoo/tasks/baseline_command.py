"""`maskzoo baseline`: fit the classical baselines of a task."""

import argparse
import sys

from maskzoo.arguments import add_recipe_arguments, recipe_and_layout
from maskzoo.errors import unknown_name


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_recipe_arguments(parser)
    parser.add_argument("--task", required=True, help="a task of the recipe")
    parser.add_argument("--model", help="fit this baseline alone (default: all that fit the task)")


def run(args: argparse.Namespace) -> int:
    from maskzoo.tasks.baselines import names_for
    from maskzoo.tasks.fit_baseline import fit_baseline
    from maskzoo.tasks.task_data import read_task

    recipe, layout = recipe_and_layout(args)
    if args.task not in recipe.tasks:
        raise unknown_name("task", args.task, recipe.tasks, where=f"{recipe.folder / 'domain.yaml'}: tasks")
    wanted = recipe.tasks[args.task]
    known = names_for(wanted.type, wanted.material, trained=wanted.data.trained_on)
    if args.model is not None and args.model not in known:
        raise unknown_name("baseline", args.model, known, where="--model")
    task = read_task(layout.task(args.task))
    for name in known if args.model is None else [args.model]:
        folder = layout.evaluated(args.task, name)
        values = fit_baseline(name, task, folder)["seeds"][0]["test"]
        shown = ", ".join(f"{metric} {value:.3f}" for metric, value in values.items())
        print(f"{args.task}: {name}: test {shown} -> {folder}", file=sys.stderr)
    return 0
