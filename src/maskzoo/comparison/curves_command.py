"""`maskzoo curves`: one picture of the losses of all pretraining runs of a domain."""

import argparse

from maskzoo.arguments import add_recipe_arguments, recipe_and_layout
from maskzoo.errors import UserError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_recipe_arguments(parser)


def run(options: argparse.Namespace) -> int:
    recipe, layout = recipe_and_layout(options)
    runs = {
        (variant, seed): layout.run(variant, seed) / "metrics.jsonl"
        for variant in recipe.variants
        for seed in recipe.seeds.pretraining
    }
    there = {name: path for name, path in runs.items() if path.is_file()}
    if not there:
        raise UserError(
            f"no run in {layout.loss_picture.parent}",
            hint=f"run: maskzoo pretrain {options.domain} --scale {recipe.scale} --variant {next(iter(runs))[0]}",
        )

    from maskzoo.comparison.compare import role
    from maskzoo.pretraining.progress import read_metrics
    from maskzoo.reporting.pictures.curves import draw

    titles = {name: variant.title or name for name, variant in recipe.variants.items()}
    models = [(name, role(recipe, name)) for name in recipe.compared]
    draw({name: read_metrics(path) for name, path in there.items()}, models, titles, layout.loss_picture)
    print(f"{layout.loss_picture}: {len(there)} of {len(runs)} runs")
    return 0
