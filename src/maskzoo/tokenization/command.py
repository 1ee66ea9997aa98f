"""`maskzoo tokenizer`: train, reuse or extend one tokenizer of a domain. `maskzoo audit` measures it."""

import argparse

from maskzoo.arguments import add_recipe_arguments, recipe_and_layout
from maskzoo.bases import base_folder
from maskzoo.errors import unknown_name
from maskzoo.files import write_json
from maskzoo.provenance import stamp


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_recipe_arguments(parser)
    parser.add_argument("--tokenizer", required=True, help="a name under `tokenizers` in the recipe")


def run(options: argparse.Namespace) -> None:
    """Write tokenizers/<tokenizer>/: tokenizer/, and made.json, which says how it was made."""
    recipe, layout = recipe_and_layout(options)
    name = options.tokenizer
    where = f"{recipe.folder / 'domain.yaml'}: tokenizers"
    if name not in recipe.tokenizers:
        raise unknown_name("tokenizer", name, recipe.tokenizers, where=where)
    from maskzoo.recipe.folders import designs_folder
    from maskzoo.tokenization import make
    from maskzoo.tokenization.arrangement import separator
    from maskzoo.tokenization.design import read_design

    chosen, target, documents = recipe.tokenizers[name], layout.tokenizer(name), layout.documents
    if chosen.design is not None:
        file = designs_folder(recipe.folder) / f"{chosen.design}.yaml"
        made = make.make_trained(
            read_design(file, vocab_size=chosen.vocab_size),
            documents,
            target,
            where=str(file) if chosen.vocab_size is None else f"{where}.{name}",
        )
    elif chosen.reuse is not None:
        made = make.make_reused(base_folder(recipe, chosen.reuse, layout), chosen.reuse, target)
    else:
        assert chosen.extend is not None
        made = make.make_extended(
            base_folder(recipe, chosen.extend, layout),
            chosen.extend,
            documents,
            target,
            add=chosen.add,
            min_count=chosen.min_count,
        )
    if chosen.metadata is not None:
        made["separators"] = make.add_separators(target, [separator(field) for field in chosen.metadata.fields])
    write_json(layout.tokenizer_made(name), {**made, "provenance": stamp()})
    added = f" (+{made['added']} words)" if "added" in made else ""
    print(f"tokenizer {name} {made['way']}{added}: {target}")
