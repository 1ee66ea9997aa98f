"""`maskzoo check`: read a recipe at every scale and say what it would do, or what is wrong with it."""

import argparse
from collections.abc import Sized
from pathlib import Path

from maskzoo.recipe.load import read_recipe, scales


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("domain", nargs="+", help="domain folders, for example domains/legal")
    parser.add_argument("--scale", help="only this scale (default: all)")


def run(options: argparse.Namespace) -> int:
    for domain in options.domain:
        folder = Path(domain)
        for scale in [options.scale] if options.scale else scales(folder):
            recipe = read_recipe(folder, scale)
            print(
                f"{folder} at {scale}: {_count(recipe.corpus.sources, 'source')}, "
                f"{_count(recipe.variants, 'variant')} ({', '.join(recipe.variants)}), "
                f"{_count(recipe.tasks, 'task')} ({', '.join(recipe.tasks) or 'none'}), "
                f"seeds {len(recipe.seeds.pretraining)} x {len(recipe.seeds.finetuning)}: in order"
            )
    return 0


def _count(things: Sized, noun: str) -> str:
    number = len(things)
    return f"{number} {noun}{'' if number == 1 else 's'}"
