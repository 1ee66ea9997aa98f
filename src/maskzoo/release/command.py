"""`maskzoo release`: the folder of one variant that plain transformers loads, with its card."""

import argparse
import sys
from pathlib import Path
from typing import Any

from maskzoo.arguments import add_recipe_arguments, recipe_and_layout
from maskzoo.errors import UserError, unknown_name
from maskzoo.files import atomic_folder, read_json, sha256_of, write_json
from maskzoo.paths import Layout
from maskzoo.recipe.recipe import Recipe


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_recipe_arguments(parser)
    parser.add_argument("--variant", required=True, help="the variant to release")


def run(options: argparse.Namespace) -> None:
    from maskzoo.licences import NOT_SHAREABLE

    recipe, layout = recipe_and_layout(options)
    if options.variant not in recipe.variants:
        raise unknown_name("variant", options.variant, recipe.variants, where=str(recipe.folder / "domain.yaml"))
    made = release(recipe, options.variant, layout)
    folder = layout.release(options.variant)
    print(f"{made['name']}, licence {made['licence']}, pretraining seed {made['pretraining_seed']}: {folder}")
    if made["licence"] == NOT_SHAREABLE:
        unnamed = any("has no licence" in reason for reason in made["licence_reasons"])
        mend = f"name the licences of its sources and base in {recipe.folder / 'domain.yaml'}"
        print(
            f"maskzoo: warning: {folder} is not to be shared: {mend if unnamed else 'its README.md says why'}",
            file=sys.stderr,
        )


def release(recipe: Recipe, variant: str, layout: Layout) -> dict[str, Any]:
    """Write the release folder of a variant as a whole; return what how_it_was_made.json holds.

    Raises:
        UserError: something it is made from is missing, licences cannot be met, or the folder would tell a path.
    """
    from maskzoo.licences import derive
    from maskzoo.pretraining.run_file import FILE as RUN
    from maskzoo.pretraining.run_file import read_run
    from maskzoo.provenance import stamp
    from maskzoo.release import package
    from maskzoo.release.card import Facts, card
    from maskzoo.release.data_sheet import data_sheet
    from maskzoo.release.example import example_from
    from maskzoo.release.names import release_name
    from maskzoo.release.origins import origins

    seed = recipe.seeds.pretraining[0]
    comparison = layout.comparison / "comparison.json"
    for needed, stage in ((layout.funnel, "corpus"), (comparison, "compare"), (layout.documents, "corpus")):
        if not needed.is_file():
            raise UserError("is missing", where=str(needed), hint=f"run `maskzoo {stage}` first")
    came_from = origins(recipe, variant, layout, seed=seed)
    licence = derive(came_from.uses, chosen=recipe.release.licence, where=str(recipe.folder / "domain.yaml"))
    funnel, compared = read_json(layout.funnel), read_json(comparison)
    run_file = layout.run(variant, seed) / RUN
    ran = read_json(run_file) if run_file.is_file() else {}
    name = release_name(recipe, variant)
    with atomic_folder(layout.release(variant)) as folder:
        package.copy_model(layout.model(variant, seed), folder)
        facts = Facts(
            recipe=recipe,
            variant=variant,
            name=name,
            seed=seed,
            licence=licence,
            origins=came_from,
            comparison=compared,
            funnel=funnel,
            run=read_run(run_file.parent) if ran else None,
            mask_token=package.mask_token(folder),
            example=example_from(layout.documents, folder / "tokenizer.json", package.mask_token(folder)),
        )
        _write(folder / "README.md", card(facts))
        _write(folder / "data_sheet.md", data_sheet(recipe, layout, funnel))
        for file in ("comparison.md", "comparison.svg"):
            _write(folder / file, (layout.comparison / file).read_text(encoding="utf-8"))
        made: dict[str, Any] = {
            "name": name,
            "domain": recipe.name,
            "scale": recipe.scale,
            "variant": variant,
            "pretraining_seed": seed,
            "licence": licence.licence.id,
            "licence_reasons": list(licence.reasons),
            "chain": list(came_from.chain),
            "recipe": made_from(recipe, variant),
            "inputs": {
                "corpus/documents.parquet": sha256_of(layout.documents),
                "corpus/funnel.json": sha256_of(layout.funnel),
                "comparison/comparison.json": sha256_of(comparison),
            },
            "files": package.checksums(folder),
            "pretraining": {key: value for key, value in ran.items() if key != "peak_rss_bytes"},
            "provenance": stamp(seed=seed),
        }
        made = package.without_paths(made)
        write_json(folder / "how_it_was_made.json", made)
        package.check(folder)
    return made


def made_from(recipe: Recipe, variant: str) -> dict[str, Any]:
    """The parts of the recipe that the variant's weights and its comparison depend on."""
    chosen = recipe.variants[variant]
    return recipe.slice(
        "corpus",
        f"tokenizers.{chosen.tokenizer}",
        f"bases.{chosen.base}",
        f"variants.{variant}",
        "tasks",
        "seeds",
        "evaluation",
        *(["simulate"] if recipe.simulate else []),
    )


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
