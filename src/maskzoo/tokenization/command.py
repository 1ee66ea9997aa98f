"""`maskzoo tokenizer`: train, reuse or extend one tokenizer of a domain, and audit it."""

import argparse
import sys
from pathlib import Path

from maskzoo.arguments import add_recipe_arguments, recipe_and_layout
from maskzoo.bases import base_folder
from maskzoo.errors import UserError, unknown_name
from maskzoo.paths import Layout
from maskzoo.recipe.recipe import Recipe

MUCH_UNKNOWN = 0.01  # share of characters behind unknown tokens from which it is said aloud


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_recipe_arguments(parser)
    parser.add_argument("--tokenizer", required=True, help="a name under `tokenizers` in the recipe")


def run(options: argparse.Namespace) -> None:
    """Write tokenizers/<tokenizer>/: tokenizer/, audit.json, audit.svg."""
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
    from maskzoo.tokenization import plain
    from maskzoo.tokenization.audit import audit
    from maskzoo.tokenization.audit_picture import draw

    loaded = plain.load(target).tokenizer
    references = {base: plain.load(folder).tokenizer for base, folder in _references(recipe, name, layout).items()}
    found = audit(name, loaded, references, documents, layout.audit(name), made=made)
    draw(found, layout.audit_picture(name))
    measures = found["measures"][name]
    added = f" (+{made['added']} words)" if "added" in made else ""
    print(
        f"tokenizer {name} {made['way']}: {measures['vocabulary']:,} entries{added}, "
        f"{measures['fertility']:.2f} tokens per word, {measures['bytes_per_token']:.2f} bytes per token: {target}"
    )
    if measures["unknown_characters"] > MUCH_UNKNOWN:
        print(
            f"warning: {measures['unknown_characters']:.1%} of the characters of held-out documents are unknown to "
            f"{name}: a model sees nothing of them. WordPiece knows no word of more than 100 characters, so text "
            "without spaces wants `bpe` or `unigram`",
            file=sys.stderr,
        )


def _references(recipe: Recipe, name: str, layout: Layout) -> dict[str, Path]:
    """Folders of the bases whose tokenizers the recipe names, where at hand; not the one that `name` copies."""
    found = {}
    own = recipe.tokenizers[name].extend
    named = [own, *(other for tokenizer in recipe.tokenizers.values() for other in (tokenizer.reuse, tokenizer.extend))]
    for base in dict.fromkeys(named):
        if base is None or base == recipe.tokenizers[name].reuse:
            continue
        try:
            found[base] = base_folder(recipe, base, layout)
        except UserError:
            if base == own:
                raise
    return found
