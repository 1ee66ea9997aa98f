"""`maskzoo simulate`: the documents and tasks of a recipe whose data is simulated."""

import argparse

from maskzoo.arguments import add_recipe_arguments, recipe_and_layout
from maskzoo.errors import UserError
from maskzoo.files import write_json
from maskzoo.provenance import stamp


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The shared arguments; what to generate is in the recipe."""
    add_recipe_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Write `layout.simulated` as the recipe's `simulate` says."""
    from maskzoo.simulate.simulation import write

    recipe, layout = recipe_and_layout(options)
    asked = recipe.simulate
    if asked is None:
        raise UserError(
            f"nothing is simulated at scale {recipe.scale!r}",
            where=f"{options.domain}: simulate",
            expected="a key `simulate` with generator, documents and seed",
        )
    truth = write(
        asked.generator, layout.simulated, documents=asked.documents, seed=asked.seed, settings=asked.settings
    )
    write_json(layout.simulated / "made.json", {"provenance": stamp(seed=asked.seed)})
    copies = sum(len(truth.get(kind, ())) for kind in ("exact_duplicates", "near_duplicates"))
    planted = {"contaminated": "contaminated", "personal_data": "pieces of personal data"}
    more = "".join(f", {len(truth[key])} {what}" for key, what in planted.items() if key in truth)
    print(f"{asked.documents} documents ({copies} copies{more} planted) in {layout.simulated}")
    return 0
