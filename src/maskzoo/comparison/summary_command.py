"""`maskzoo summary`: the comparison of a domain in the terminal, and where its release folders are."""

import argparse

from maskzoo.arguments import add_recipe_arguments, recipe_and_layout
from maskzoo.errors import UserError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_recipe_arguments(parser)


def run(options: argparse.Namespace) -> int:
    recipe, layout = recipe_and_layout(options)
    table = layout.comparison / "comparison.md"
    if not table.is_file():
        target = f"snakemake --cores 8 domains/{recipe.name} --config scale={recipe.scale}"
        raise UserError(
            f"{recipe.name} has not been compared at scale {recipe.scale}", where=str(table), hint=f"run: {target}"
        )
    print(table.read_text(encoding="utf-8"))
    for name in recipe.release.variants:
        if (layout.release(name) / "README.md").is_file():
            print(
                f"release: {layout.release(name)}   AutoModelForMaskedLM.from_pretrained({str(layout.release(name))!r})"
            )
    print(f"pictures: snakemake --report report.html domains/{recipe.name} --config scale={recipe.scale}")
    return 0
