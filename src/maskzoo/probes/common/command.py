"""`maskzoo probe`: what the suites of a domain find of its models, without fine-tuning."""

import argparse
from collections.abc import Collection
from typing import Any

from maskzoo.arguments import add_recipe_arguments, recipe_and_layout
from maskzoo.errors import UserError, unknown_name
from maskzoo.probes.common.kind import Context
from maskzoo.probes.common.measuring import kind_of, probe
from maskzoo.recipe.recipe import Recipe


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_recipe_arguments(parser)
    parser.add_argument("--suite", help="one suite of the recipe's probes (default: all)")
    parser.add_argument("--model", help="a variant, or a base's name (default: all that are compared)")
    parser.add_argument("--again", action="store_true", help="also what is there already, made from the same")
    parser.add_argument("--threads", type=int, default=None, help="threads of torch (default: its own choice)")


def run(options: argparse.Namespace) -> None:
    recipe, layout = recipe_and_layout(options)
    where = str(recipe.folder / "domain.yaml")
    if not recipe.probes:
        raise UserError("has no probes", where=where, expected="a key `probes`")
    suites = _chosen("suite", options.suite, recipe.probes, where)
    models = _chosen("model", options.model, recipe.compared, where)
    context = Context(recipe, layout)
    for suite in suites:
        for model in models:
            found = probe(suite, model, context, again=options.again, threads=options.threads)
            print(f"{told(found, recipe)}; {layout.probed(suite, model)}", flush=True)


def told(found: dict[str, Any], recipe: Recipe) -> str:
    """A line about a result: its value and interval, or why nothing was measured."""
    suite = recipe.probes[found["suite"]]
    measure = kind_of(suite).MEASURE
    start = f"{found['suite']}: {found['model']}"
    if found["reason"]:
        return f"{start}: not measured, {found['reason']}"
    low, high = found["interval"]
    items = len(found["seeds"][0][measure.items])
    groups = f" in {len(found['groups'])} groups" if found["groups"] else ""
    kept = ", there already" if found.get("kept") else ""
    return (
        f"{start}: {measure.title} {found['value']:.4g} [{low:.4g}, {high:.4g}], {items} {measure.items}{groups}{kept}"
    )


def _chosen(noun: str, asked: str | None, known: Collection[str], where: str) -> list[str]:
    if asked is None:
        return list(known)
    if asked not in known:
        raise unknown_name(noun, asked, known, where=where)
    return [asked]
