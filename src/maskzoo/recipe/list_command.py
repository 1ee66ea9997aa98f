"""`maskzoo list`: what there is to run, and what has been run. A broken domain is shown as broken, not raised."""

import argparse
from pathlib import Path

from maskzoo.errors import UserError
from maskzoo.paths import Layout
from maskzoo.recipe.folders import domains
from maskzoo.recipe.load import read_recipe, scales
from maskzoo.recipe.recipe import Recipe

COLUMNS: tuple[str, ...] = ("target", "scale", "variants", "tasks", "done")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--results", type=Path, default=Path("results"), help="where stages wrote (default: results)")


def run(options: argparse.Namespace) -> int:
    names = domains()
    if not names:
        raise UserError("no domains/ with a domain.yaml here", expected="the root of a checkout of the zoo")
    rows = [COLUMNS]
    broken: dict[str, None] = {}
    for name in names:
        rows += _rows(name, options.results, broken)
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    for line in broken:
        print(f"\nbroken: {line}")
    print(
        "\nsnakemake --cores 8 domains/legal                          sources to release folder on simulated data"
        "\nsnakemake --cores 8 domains/legal --config scale=small     the same on real data"
        "\nsnakemake --report report.html domains/legal               pictures and tables on one page"
    )
    return 0


def _rows(name: str, results: Path, broken: dict[str, None]) -> list[tuple[str, ...]]:
    """One row a scale, the name in the first; what is wrong is added to `broken`, in the order it was met."""
    folder = Path("domains") / name
    rows: list[tuple[str, ...]] = []
    try:
        found = scales(folder)
    except UserError as error:
        broken[str(error)] = None
        return [(str(folder), "", "", "", "broken")]
    for scale in found:
        shown = "" if rows else str(folder)
        try:
            recipe = read_recipe(folder, scale)
        except UserError as error:
            broken[str(error)] = None
            rows.append((shown, scale, "", "", "broken"))
            continue
        variants, tasks = ", ".join(recipe.variants), ", ".join(recipe.tasks) or "-"
        rows.append((shown, scale, variants, tasks, _done(recipe, Layout(results, scale, name))))
    return rows


def _done(recipe: Recipe, layout: Layout) -> str:
    """The last stage that left its result: released, so many models pretrained, corpus, or nothing."""
    if all((layout.release(name) / "README.md").is_file() for name in recipe.release.variants):
        return "released"
    wanted = [
        layout.run(variant, seed) / "run.json" for variant in recipe.variants for seed in recipe.seeds.pretraining
    ]
    trained = sum(path.is_file() for path in wanted)
    if trained:
        return f"{trained} of {len(wanted)} pretrained"
    return "corpus" if layout.funnel.is_file() else "-"
