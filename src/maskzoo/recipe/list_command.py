"""`maskzoo list`: what there is to run, and what has been run. A broken domain is shown as broken, not raised."""

import argparse
from pathlib import Path

from maskzoo.errors import UserError
from maskzoo.paths import Layout
from maskzoo.recipe.folders import domains
from maskzoo.recipe.load import read_recipe, scales


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--results", type=Path, default=Path("results"), help="where stages wrote (default: results)")


def run(options: argparse.Namespace) -> int:
    names = domains()
    if not names:
        raise UserError("no domains/ with a domain.yaml here", expected="the root of a checkout of the zoo")
    rows = [("target", "scale", "variants", "tasks", "done")]
    for name in names:
        rows += _rows(name, options.results)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    print(
        "\nsnakemake --cores 8 domains/legal                          sources to release folder on simulated data"
        "\nsnakemake --cores 8 domains/legal --config scale=small     the same on real data"
        "\nsnakemake --report report.html domains/legal               pictures and tables on one page"
    )
    return 0


def _rows(name: str, results: Path) -> list[tuple[str, str, str, str, str]]:
    folder = Path("domains") / name
    try:
        found = scales(folder)
    except UserError as error:
        return [(f"domains/{name}", "broken:", str(error), "", "")]
    rows = []
    for scale in found:
        try:
            recipe = read_recipe(folder, scale)
        except UserError as error:
            rows.append((f"domains/{name}", scale, f"broken: {error}", "", ""))
            continue
        done = _done(Layout(results, scale, name), len(recipe.variants), recipe.release.variants)
        rows.append((f"domains/{name}", scale, ", ".join(recipe.variants), ", ".join(recipe.tasks), done))
    return rows


def _done(layout: Layout, variants: int, released: tuple[str, ...]) -> str:
    if all((layout.release(name) / "README.md").is_file() for name in released):
        return "released"
    runs = len(list((layout.root / "models").glob("*/seed*/run.json")))
    if runs:
        return f"{runs} pretraining runs of {variants} variants"
    return "corpus" if layout.funnel.is_file() else "-"
