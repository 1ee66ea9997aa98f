"""`maskzoo masking-tables`: make what the masking of a variant must know of the corpus, where it is not there yet."""

import argparse

from maskzoo.arguments import add_recipe_arguments, recipe_and_layout
from maskzoo.errors import UserError, unknown_name


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_recipe_arguments(parser)
    parser.add_argument("--variant", required=True, help="which variant of the recipe")


def run(options: argparse.Namespace) -> None:
    """Write masking/<variant>.json and the tables that it lists."""
    recipe, layout = recipe_and_layout(options)
    if options.variant not in recipe.variants:
        where = f"{recipe.folder / 'domain.yaml'}: variants"
        raise unknown_name("variant", options.variant, recipe.variants, where=where)

    from maskzoo.bases import base_folder
    from maskzoo.masking.common.table import Corpus
    from maskzoo.masking.common.tables import make
    from maskzoo.masking.common.wanted_tables import source_files, tables_of
    from maskzoo.tokenization.arrangement import arranged
    from maskzoo.tokenization.shards import Shards

    variant = recipe.variants[options.variant]
    tables = tables_of(variant)
    files = source_files(tables, recipe, layout)
    for name, path in files.items():
        if not path.exists():
            hint = "run `maskzoo tasks` for this domain first" if name.startswith("task:") else None
            raise UserError(f"no {name.replace(':', ' ')!r}", where=str(path), hint=hint)
    asks_base = any("base" in table.NEEDS for table in tables)
    seed = recipe.seeds.pretraining[0]
    listing = layout.masking(options.variant)
    with arranged(recipe, layout, variant.tokens) as documents:
        corpus = Corpus(
            shards=Shards.open(layout.tokens(variant.tokens)),
            documents=documents,
            tokenizer=layout.tokenizer(variant.tokenizer),
            base=base_folder(recipe, variant.base, layout, seed=seed) if asks_base else None,
            files=files,
        )
        made = make(tables, corpus, folder=layout.masking_tables(variant.tokens), listing=listing)
    kinds = ", ".join(entry["kind"] for entry in made) or f"none needed by {variant.masking.policy}"
    print(f"masking tables of {options.variant}: {kinds}: {listing}")
