"""The arguments that every stage shares: which domain, at which scale, below which results folder."""

import argparse
from pathlib import Path

from maskzoo.paths import Layout
from maskzoo.recipe.recipe import Recipe
from maskzoo.studies.study import recipe_of


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
    return recipe, Layout(options.results, recipe.scale, recipe.name)


def _named(options: argparse.Namespace) -> str | None:
    """The variant that is asked for, where one is: it may be a cell of a study."""
    return getattr(options, "variant", None) or getattr(options, "model", None)
