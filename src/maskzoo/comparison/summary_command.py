"""`maskzoo summary`: the comparison of a domain in the terminal, and where its release folders are."""

import argparse

from maskzoo.arguments import add_recipe_arguments, recipe_and_layout
from maskzoo.checkpoint_files import is_discriminator
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
    for folder in map(layout.release, recipe.release.variants):
        if (folder / "README.md").is_file():
            head = "AutoModelForTokenClassification" if is_discriminator(folder) else "AutoModelForMaskedLM"
            print(f"release: {folder}   {head}.from_pretrained({str(folder)!r})")
    print(f"pictures: snakemake --report report.html domains/{recipe.name} --config scale={recipe.scale}")
    return 0
