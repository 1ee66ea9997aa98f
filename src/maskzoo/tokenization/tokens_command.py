"""`maskzoo tokens`: pack a domain's documents with one of its tokenizers."""

import argparse

from maskzoo.arguments import add_recipe_arguments, recipe_and_layout
from maskzoo.errors import UserError, unknown_name


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_recipe_arguments(parser)
    parser.add_argument(
        "--tokenizer",
        required=True,
        help="a name under `tokenizers` in the recipe; `name.task` packs the training texts of a task instead",
    )
    parser.add_argument(
        "--workers", type=int, default=None, help="processes (default: all cores, one for a small corpus)"
    )


def run(options: argparse.Namespace) -> None:
    """Write tokens/<tokenizer>/."""
    recipe, layout = recipe_and_layout(options)
    file = recipe.folder / "domain.yaml"
    tokenizer, _, task = options.tokenizer.partition(".")
    if tokenizer not in recipe.tokenizers:
        raise unknown_name("tokenizer", tokenizer, recipe.tokenizers, where=f"{file}: tokenizers")
    if task and task not in recipe.tasks:
        raise unknown_name("task", task, recipe.tasks, where=f"{file}: tasks")
    if options.workers is not None and options.workers < 1:
        raise UserError(f"--workers {options.workers}", expected="1 or more")
    folder = layout.tokenizer(tokenizer)
    if not folder.is_dir():
        raise UserError(
            "no such tokenizer yet",
            where=str(folder),
            hint=f"run `maskzoo tokenizer {options.domain} --tokenizer {tokenizer}` first",
        )
    from maskzoo.tokenization.arrangement import arranged, separator
    from maskzoo.tokenization.encode import Spellings, pack

    count, metadata = recipe.tokenizers[tokenizer].spellings, recipe.tokenizers[tokenizer].metadata
    with arranged(recipe, layout, options.tokenizer) as documents:
        meta = pack(
            documents,
            folder,
            layout.tokens(options.tokenizer),
            workers=options.workers,
            spellings=Spellings(recipe.corpus.material, count) if count else None,
            separators=[separator(name) for name in metadata.fields] if metadata else [],
        )
    counts = ", ".join(
        f"{split} {found['tokens']:,} in {found['documents']:,} documents" for split, found in meta["splits"].items()
    )
    print(f"tokens ({meta['dtype']}): {counts}: {layout.tokens(options.tokenizer)}")
