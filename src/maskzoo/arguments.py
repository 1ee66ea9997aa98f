"""The arguments that every stage shares: which domain, at which scale, below which results folder."""

import argparse
from contextlib import suppress
from pathlib import Path

from maskzoo import provenance, stages
from maskzoo.paths import Layout
from maskzoo.recipe.recipe import Recipe
from maskzoo.recipe.study import recipe_of


def add_recipe_arguments(parser: argparse.ArgumentParser) -> None:
    """Add `domain`, `--scale` and `--results` to a subcommand."""
    parser.add_argument("domain", help="a domain's folder, for example domains/legal")
    parser.add_argument("--scale", default="demo", help="the overlay of domain.yaml to use (default: demo)")
    parser.add_argument(
        "--results", type=Path, default=Path("results"), help="where stages read and write (default: results)"
    )


def recipe_and_layout(options: argparse.Namespace) -> tuple[Recipe, Layout]:
    """The recipe and the paths that the shared arguments name.

    Raises:
        UserError: the recipe cannot be read.
    """
    recipe = recipe_of(Path(options.domain), options.scale, variant=_named(options))
    layout = Layout(options.results, recipe.scale, recipe.name)
    declare(options, recipe, layout)
    return recipe, layout


def declare(options: argparse.Namespace, recipe: Recipe, layout: Layout, **changed: str) -> None:
    """Note for provenance what the stage of a command makes its result from, and refuse what another recipe left.

    Args:
        changed: what the stage is about, where the options do not say it.

    Raises:
        UserError: a stage before this one was run with another recipe.
    """
    stage = getattr(options, "command", None)
    if stage is None:
        return
    given = {name: getattr(options, name, None) for name in ("task", "tokenizer", "variant", "model")}
    names = {name: value for name, value in {**given, **changed}.items() if value is not None}
    if stage == "tokens":
        names["tokens"] = names.pop("tokenizer")
    with suppress(KeyError, TypeError, ValueError):  # a name that the recipe does not have, which the command refuses
        stages.check_found(stage, recipe, layout, **names)
    slice_ = None
    if stage in stages.SLICES:
        with suppress(KeyError, TypeError, ValueError):
            slice_ = stages.asked(stage, recipe, **names)
    provenance.declare(slice_)


def _named(options: argparse.Namespace) -> str | None:
    """The variant that is asked for, where one is: it may be a cell of a study."""
    return getattr(options, "variant", None) or getattr(options, "model", None)
