"""`maskzoo results`: records of finished runs, and the pages and the picture that are written from all records."""

import argparse
from pathlib import Path

from maskzoo.arguments import add_recipe_arguments
from maskzoo.errors import UserError
from maskzoo.files import atomic_file, write_json
from maskzoo.paths import Layout
from maskzoo.recipe.folders import domains
from maskzoo.recipe.load import read_recipe
from maskzoo.results.run_record import FOLDER, SIMULATED, collect, read_run_records, run_record_file


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", dest="action", required=True)
    one = actions.add_parser("collect", help="the record of one finished run", description="Record one finished run.")
    add_recipe_arguments(one)
    one.set_defaults(scale="small")
    one.add_argument("--command", dest="typed", help="what was typed (default: snakemake --cores 2 domains/...)")
    one.add_argument("--minutes", type=float, help="how long it took (default: by the dates in the results files)")
    _add_into(one)
    finished = actions.add_parser(
        "collect-all",
        help="records of all finished runs on real data below --results",
        description="Record every finished run on real data.",
    )
    finished.add_argument("--results", type=Path, default=Path("results"), help="where stages wrote (default: results)")
    _add_into(finished)
    page = actions.add_parser(
        "page",
        help="docs/results.md, a page a run and the picture, from all records",
        description="Write docs/results.md, a page a run and docs/results/zoo.svg from all records.",
    )
    _add_into(page)


def _add_into(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--into", type=Path, default=FOLDER, help=f"folder of the records (default: {FOLDER})")


def run(options: argparse.Namespace) -> int:
    if options.action == "page":
        for path in write_pages(options.into):
            print(path)
    elif options.action == "collect":
        recipe = read_recipe(Path(options.domain), options.scale)
        layout = Layout(options.results, recipe.scale, recipe.name)
        target = run_record_file(recipe.name, recipe.scale, options.into)
        write_json(target, collect(recipe, layout, command=options.typed, minutes=options.minutes))
        print(target)
    else:
        for target in collect_all(options.results, options.into):
            print(target)
    return 0


def collect_all(results: Path, into: Path = FOLDER) -> list[Path]:
    """Record every domain that was compared on real data below a results folder, and return what was written.

    A record of the same run stays as it is, with its command and minutes.
    """
    written = []
    known = {(record["domain"], record["scale"]): record for record in read_run_records(into)}
    for name in domains():
        for file in sorted(results.glob(f"*/{name}/comparison/comparison.json")):
            scale = file.relative_to(results).parts[0]
            if scale == SIMULATED:
                continue
            recipe = read_recipe(Path("domains") / name, scale)
            found = collect(recipe, Layout(results, scale, name))
            old = known.get((name, scale))
            if old is None or old["comparison"] != found["comparison"]:
                write_json(run_record_file(name, scale, into), found)
                written.append(run_record_file(name, scale, into))
    return written


def write_pages(folder: Path = FOLDER) -> list[Path]:
    """Write the page beside the folder of records, a page a run, the picture, and the page about domains.

    Raises:
        UserError: there is no record.
    """
    from maskzoo.results.detail_page import detail_page
    from maskzoo.results.domains_page import domains_page
    from maskzoo.results.overview_page import overview_page
    from maskzoo.results.picture import draw

    records = read_run_records(folder)
    if not records:
        raise UserError(
            "no record", where=str(folder), hint="make one: maskzoo results collect domains/... --scale small"
        )
    pages = {folder.with_suffix(".md"): overview_page(records), folder.parent / "domains.md": domains_page()}
    for record in records:
        pages[run_record_file(record["domain"], record["scale"], folder).with_suffix(".md")] = detail_page(record)
    for path, text in pages.items():
        with atomic_file(path) as temporary:
            temporary.write_text(text, encoding="utf-8")
    draw(records, folder / "zoo.svg")
    return [*pages, folder / "zoo.svg"]
