"""`maskzoo score`: pseudo-perplexity per word (or residue, ...) of one model, over its pretraining seeds."""

import argparse
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from maskzoo import materials
from maskzoo.arguments import add_recipe_arguments, recipe_and_layout
from maskzoo.bases import base_folder
from maskzoo.errors import UserError, unknown_name
from maskzoo.files import write_json
from maskzoo.materials import Wording
from maskzoo.materials.text import WORDING
from maskzoo.paths import Layout
from maskzoo.recipe.folders import zoo_folder
from maskzoo.recipe.load import read_recipe
from maskzoo.recipe.recipe import Recipe

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
    target, documents, corpus = layout.scored(options.model), layout.documents, recipe.corpus
    if options.on is not None:
        other = read_recipe(zoo_folder(recipe.folder) / options.on, recipe.scale)
        target, corpus = layout.forgotten(options.on, options.model), other.corpus
        documents = layout.of(options.on).documents
    wording = materials.load(corpus.material).WORDING
    result = score(
        options.model,
        checkpoints(recipe, options.model, layout),
        documents,
        documents=recipe.evaluation.perplexity_documents,
        words=recipe.evaluation.perplexity_words,
        variant=options.masking or VARIANTS[0 if wording.within_word else 1],
        wording=wording,
        threads=options.threads,
    )
    if options.on is not None:
        result |= _without_adapters(recipe, options.model, layout, documents, wording)
    write_json(target, result)
    if result["reason"]:
        print(f"{options.model}: not scored, {result['reason']}; {target}")
    else:
        seeds = len(result["seeds"])
        print(
            f"{options.model}: pseudo-perplexity {result['per_word']:.1f} per {wording.unit} "
            f"over {result['words']} {wording.unit}s of "
            f"{len(result['documents'])} documents, {seeds} seed{'s' if seeds > 1 else ''}; {target}"
        )


def _without_adapters(
    recipe: Recipe, model: str, layout: Layout, corpus: Path, wording: Wording
) -> dict[str, list[dict[str, Any]]]:
    """Of a variant that has an adapter: what is there once it is taken off, by pretraining seed; else nothing."""
    if model not in recipe.variants or recipe.variants[model].adaptation is None:
        return {}
    from maskzoo.probes.common.removal import taken_off
    from maskzoo.probes.pseudo_perplexity import chosen_documents

    chosen = chosen_documents(
        corpus,
        documents=recipe.evaluation.perplexity_documents,
        words=recipe.evaluation.perplexity_words,
        wording=wording,
    )
    found = []
    for seed in recipe.seeds.pretraining:
        base = base_folder(recipe, recipe.variants[model].base, layout, seed=seed)
        found.append({"pretraining_seed": seed, **taken_off(base, layout.run(model, seed) / "adapter", chosen)})
    return {"adapter_off": found}


def checkpoints(recipe: Recipe, model: str, layout: Layout) -> list[tuple[int | None, Path]]:
    """(pretraining seed, folder) of every checkpoint of a model; a downloaded base has one and no seed.

    Raises:
        UserError: a checkpoint is not there yet.
    """
    if model in recipe.variants:
        folders: list[tuple[int | None, Path]] = [
            (seed, layout.model(model, seed)) for seed in recipe.seeds.pretraining
        ]
    elif recipe.bases[model].domain is not None:
        folders = [(seed, base_folder(recipe, model, layout, seed=seed)) for seed in recipe.seeds.pretraining]
    else:
        folders = [(None, base_folder(recipe, model, layout))]
    for seed, folder in folders:
        if not (folder / "config.json").is_file():
            raise UserError(
                f"no checkpoint of {model!r}",
                where=str(folder),
                hint=f"run `maskzoo pretrain --variant {model} --seed {seed}`",
            )
    return folders


def score(
    model: str,
    folders: Sequence[tuple[int | None, Path]],
    corpus: Path,
    *,
    documents: int,
    words: int,
    variant: Any = "within_word_l2r",
    wording: Wording = WORDING,
    threads: int | None = None,
) -> dict[str, Any]:
    """Pseudo-perplexity of the checkpoints in `folders` on the test documents of `corpus`; see `pseudo_perplexity`.

    `per_word` (per unit of the material) is the mean over seeds. Where one has no MLM head every figure is None
    and `reason` says so.
    """
    from maskzoo.probes.pseudo_perplexity import altered_words, chosen_documents, pseudo_perplexity
    from maskzoo.provenance import stamp

    chosen = chosen_documents(corpus, documents=documents, words=words, wording=wording)
    import torch

    from maskzoo.loading import load_tokenizer
    from maskzoo.models.common.predictor import predictor
    from maskzoo.models.common.pseudo_likelihood import load_scorer

    if threads:
        torch.set_num_threads(threads)
    seeds: list[dict[str, Any]] = []
    altered, reason = 0.0, None
    for seed, folder in folders:
        scorer, reason = load_scorer(folder)
        if scorer is None:
            break
        tokenizer = load_tokenizer(folder)
        if tokenizer.mask_token_id is None:
            reason = "the tokenizer has no mask token"
            break
        altered = altered_words(chosen, tokenizer)
        found = pseudo_perplexity(
            chosen,
            tokenizer,
            predictor(scorer),
            variant=variant,
            max_length=longest(scorer.config, tokenizer),
            progress=True,
        )
        seeds.append({"pretraining_seed": seed, **found})
    record: dict[str, Any] = {"model": model, "variant": variant, "unit": wording.unit, "reason": reason}
    if reason:
        record |= dict.fromkeys(("per_word", "per_token", "words", "tokens", "unknown_share", "altered_words"))
        record |= {"documents": [], "seeds": []}
    else:
        record |= {
            "per_word": math.fsum(seed["per_word"] for seed in seeds) / len(seeds),
            "per_token": math.fsum(seed["per_token"] for seed in seeds) / len(seeds),
            "words": seeds[0]["words"],
            "tokens": seeds[0]["tokens"],
            "unknown_share": seeds[0]["unknown_tokens"] / seeds[0]["tokens"],
            "altered_words": altered,
            "documents": [
                {**rows[0], "pll": math.fsum(row["pll"] for row in rows) / len(rows)}
                for rows in zip(*(seed["documents"] for seed in seeds), strict=True)
            ],
            "seeds": seeds,
        }
    return {**record, "provenance": stamp()}


def longest(config: Any, tokenizer: Any) -> int:
    """Tokens that a model reads at once, with the two positions that RoBERTa-like models keep back."""
    positions = getattr(config, "max_position_embeddings", None) or 512
    return int(min(positions - 2, tokenizer.model_max_length, 1024))
