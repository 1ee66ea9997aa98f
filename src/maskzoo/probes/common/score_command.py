"""`maskzoo score`: the probe pseudo_perplexity of one model, on its own domain's test documents or on another's."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from maskzoo.arguments import add_recipe_arguments, recipe_and_layout
from maskzoo.bases import base_folder
from maskzoo.errors import unknown_name
from maskzoo.files import write_json
from maskzoo.paths import Layout
from maskzoo.probes import pseudo_perplexity
from maskzoo.probes.common.checkpoints import checkpoints
from maskzoo.probes.common.kind import Context
from maskzoo.probes.common.measuring import measure
from maskzoo.recipe.folders import zoo_folder
from maskzoo.recipe.load import read_recipe
from maskzoo.recipe.recipe import Recipe

NAME = "pseudo_perplexity"
VARIANTS = ("within_word_l2r", "original")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_recipe_arguments(parser)
    parser.add_argument("--model", required=True, help="a variant, or a base's name")
    parser.add_argument(
        "--masking",
        choices=VARIANTS,
        help="hidden with the scored token: the later pieces of its word, so that more pieces are no advantage, or "
        "nothing (default: as fits what the corpus is made of)",
    )
    parser.add_argument(
        "--on", metavar="DOMAIN", help="test documents of another domain: what was forgotten of the base's own text"
    )
    parser.add_argument("--threads", type=int, default=None, help="threads of torch (default: its own choice)")


def run(options: argparse.Namespace) -> None:
    recipe, layout = recipe_and_layout(options)
    if options.model not in recipe.compared:
        raise unknown_name("model", options.model, recipe.compared, where=str(recipe.folder / "domain.yaml"))
    suite = recipe.probes.get(NAME, pseudo_perplexity.Settings())
    assert isinstance(suite, pseudo_perplexity.Settings)
    suite = suite.model_copy(update={"masking": options.masking} if options.masking else {})
    target, context = layout.scored(options.model), Context(recipe, layout)
    if options.on is not None:
        other = read_recipe(zoo_folder(recipe.folder) / options.on, recipe.scale)
        target, context = layout.forgotten(options.on, options.model), Context(other, layout.of(options.on))
        suite = _as_much(suite, recipe)
    folders = checkpoints(recipe, options.model, layout)
    result = measure(NAME, suite, options.model, folders, context, threads=options.threads)
    if options.on is not None:
        result |= _without_adapters(recipe, options.model, layout, suite, context)
    write_json(target, result)
    print(told(result, target))


def told(result: dict[str, Any], target: Path) -> str:
    """A line about a result: what it came to, or why nothing was measured."""
    if result["reason"]:
        return f"{result['model']}: not scored, {result['reason']}; {target}"
    seeds, unit = len(result["seeds"]), result["unit"]
    return (
        f"{result['model']}: pseudo-perplexity {result['per_word']:.1f} per {unit} over {result['words']} {unit}s of "
        f"{len(result['documents'])} documents, {seeds} seed{'s' if seeds > 1 else ''}; {target}"
    )


def _as_much(suite: pseudo_perplexity.Settings, recipe: Recipe) -> pseudo_perplexity.Settings:
    """The suite with the extent that this recipe, not that of the other domain, asks for."""
    extent = pseudo_perplexity.size(suite, recipe)
    return suite.model_copy(update={"documents": extent.items, "words": extent.words})


def _without_adapters(
    recipe: Recipe, model: str, layout: Layout, suite: pseudo_perplexity.Settings, context: Context
) -> dict[str, Sequence[dict[str, Any]]]:
    """Of a variant that has an adapter: what is there once it is taken off, by pretraining seed; else nothing."""
    if model not in recipe.variants or recipe.variants[model].adaptation is None:
        return {}
    from maskzoo.probes.common.removal import taken_off

    chosen = pseudo_perplexity.questions(suite, context)
    found = []
    for seed in recipe.seeds.pretraining:
        base = base_folder(recipe, recipe.variants[model].base, layout, seed=seed)
        found.append({"pretraining_seed": seed, **taken_off(base, layout.run(model, seed) / "adapter", chosen)})
    return {"adapter_off": found}
