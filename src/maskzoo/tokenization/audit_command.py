"""`maskzoo audit`: measure a tokenizer of a domain on held-out documents, beside the tokenizers of its bases.

A stage of its own: another base is another bar in the picture, and no reason to train a tokenizer again.
"""

import argparse
import sys
from pathlib import Path

from maskzoo.arguments import add_recipe_arguments, recipe_and_layout
from maskzoo.bases import base_folder, tokenizer_files
from maskzoo.errors import UserError, unknown_name
from maskzoo.files import read_json, sha256_of
from maskzoo.paths import Layout
from maskzoo.recipe.recipe import Recipe

MUCH_UNKNOWN = 0.01  # share of characters behind unknown tokens from which it is said aloud


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_recipe_arguments(parser)
    parser.add_argument("--tokenizer", required=True, help="a name under `tokenizers` in the recipe")


def run(options: argparse.Namespace) -> None:
    """Write tokenizers/<tokenizer>/audit.json and audit.svg.

    Raises:
        UserError: no such tokenizer, or not made yet.
    """
    recipe, layout = recipe_and_layout(options)
    name = options.tokenizer
    if name not in recipe.tokenizers:
        raise unknown_name("tokenizer", name, recipe.tokenizers, where=f"{recipe.folder / 'domain.yaml'}: tokenizers")
    target = layout.tokenizer(name)
    if not target.is_dir() or not layout.tokenizer_made(name).is_file():
        raise UserError(
            "no such tokenizer yet",
            where=str(target),
            hint=f"run `maskzoo tokenizer {options.domain} --tokenizer {name} --scale {recipe.scale}` first",
        )
    from maskzoo.reporting.pictures.audit import draw
    from maskzoo.tokenization import plain
    from maskzoo.tokenization.audit import audit

    references = {base: plain.load(folder).tokenizer for base, folder in _references(recipe, name, layout).items()}
    made = {key: value for key, value in read_json(layout.tokenizer_made(name)).items() if key != "provenance"}
    folders = {name: target, **_references(recipe, name, layout)}
    inputs = {
        f"{label}/{path.name}": sha256_of(path) for label, folder in folders.items() for path in tokenizer_files(folder)
    }
    found = audit(
        name,
        plain.load(target).tokenizer,
        references,
        layout.documents,
        layout.audit(name),
        made=made,
        inputs=inputs,
    )
    draw(found, layout.audit_picture(name))
    measures = found["measures"][name]
    print(
        f"tokenizer {name}: {measures['vocabulary']:,} entries, {measures['fertility']:.2f} tokens per word, "
        f"{measures['bytes_per_token']:.2f} bytes per token: {layout.audit(name)}"
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
