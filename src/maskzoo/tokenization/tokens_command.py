"""`maskzoo tokens`: pack a domain's documents with one of its tokenizers."""

import argparse

from maskzoo.arguments import add_recipe_arguments, recipe_and_layout
from maskzoo.errors import UserError, unknown_name


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_recipe_arguments(parser)
    parser.add_argument("--tokenizer", required=True, help="a name under `tokenizers` in the recipe")
    parser.add_argument(
        "--workers", type=int, default=None, help="processes (default: all cores, one for a small corpus)"
    )


def run(options: argparse.Namespace) -> None:
    """Write tokens/<tokenizer>/."""
    recipe, layout = recipe_and_layout(options)
    if options.tokenizer not in recipe.tokenizers:
        raise unknown_name(
            "tokenizer", options.tokenizer, recipe.tokenizers, where=f"{recipe.folder / 'domain.yaml'}: tokenizers"
        )
    if options.workers is not None and options.workers < 1:
        raise UserError(f"--workers {options.workers}", expected="1 or more")
    folder = layout.tokenizer(options.tokenizer)
    if not folder.is_dir():
        raise UserError(
            "no such tokenizer yet",
            where=str(folder),
            hint=f"run `maskzoo tokenizer {options.domain} --tokenizer {options.tokenizer}` first",
        )
    from maskzoo.tokenization.encode import Spellings, pack

    count = recipe.tokenizers[options.tokenizer].spellings
    meta = pack(
        layout.documents,
        folder,
        layout.tokens(options.tokenizer),
        workers=options.workers,
        spellings=Spellings(recipe.corpus.material, count) if count else None,
    )
    counts = ", ".join(
        f"{split} {found['tokens']:,} in {found['documents']:,} documents" for split, found in meta["splits"].items()
    )
    print(f"tokens ({meta['dtype']}): {counts}: {layout.tokens(options.tokenizer)}")
