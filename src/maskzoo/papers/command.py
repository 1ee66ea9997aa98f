"""`maskzoo papers`: published tables beside ours; docs/papers.md and its picture from all papers and records."""

import argparse
from pathlib import Path

from maskzoo.errors import UserError
from maskzoo.files import atomic_file, write_json
from maskzoo.papers.read import FOLDER, check_against_recipes, read_paper, slugs
from maskzoo.results import run_record

PAGE = Path("docs/papers.md")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", dest="action", required=True)
    compare = actions.add_parser(
        "compare",
        help="one paper beside ours, in the terminal and as files below results/papers/",
        description="One paper beside ours, with a verdict a claim.",
    )
    compare.add_argument("paper", help="its name, or its file: puoberta, papers/puoberta.yaml")
    compare.add_argument(
        "--scale", help="compare the run of this checkout at that scale (default: the record of the paper's scales)"
    )
    compare.add_argument("--results", type=Path, default=Path("results"), help="where stages wrote (default: results)")
    check = actions.add_parser(
        "check",
        help="read papers and say what is wrong with them",
        description="Read papers and say what is wrong with them.",
    )
    check.add_argument("papers", nargs="*", metavar="PAPER", help="their names (default: all)")
    page = actions.add_parser(
        "page",
        help=f"{PAGE} and its picture, from all papers and records",
        description=f"Write {PAGE} and its picture from all papers and records.",
    )
    for one in (compare, page):
        one.add_argument(
            "--records", type=Path, default=run_record.FOLDER, help=f"records (default: {run_record.FOLDER})"
        )
    page.add_argument("--into", type=Path, default=PAGE, help=f"the page (default: {PAGE})")


def run(options: argparse.Namespace) -> int:
    if options.action == "check":
        for slug in [name_of(paper) for paper in options.papers] or slugs():
            paper = read_paper(slug)
            check_against_recipes(paper, FOLDER / f"{slug}.yaml")
            cells = sum(len(row) for table in paper.tables.values() for row in table.rows.values())
            print(f"papers/{slug}: {cells} figures, {len(paper.contrasts)} statements about two models: in order")
    elif options.action == "page":
        for path in write_pages(options.into, options.records):
            print(path)
    else:
        print(compare_one(name_of(options.paper), options.scale, options.results, options.records))
    return 0


def name_of(paper: str) -> str:
    """`papers/puoberta.yaml` and `papers/puoberta/` -> `puoberta`."""
    return paper.strip("/").removeprefix(f"{FOLDER}/").removesuffix(".yaml")


def compare_one(slug: str, scale: str | None, results: Path, records: Path = run_record.FOLDER) -> str:
    """Write a comparison as JSON and Markdown below `results/papers/`, and return the page."""
    from maskzoo.papers.compared import compare
    from maskzoo.papers.section import page

    found = compare(slug, scale=scale, results=results, records=records)
    text = page(found)
    folder = results / "papers"
    write_json(folder / f"{slug}.json", found.as_json())
    _write(folder / f"{slug}.md", text)
    return text


def write_pages(into: Path = PAGE, records: Path = run_record.FOLDER) -> list[Path]:
    """Write the page of all papers and the picture beside it.

    Raises:
        UserError: a paper or a record that is wrong, or no paper.
    """
    from maskzoo.papers.compared import compare
    from maskzoo.papers.page import overview
    from maskzoo.papers.picture import draw

    names = slugs()
    if not names:
        raise UserError("no papers", where=str(FOLDER), expected="YAML files such as papers/puoberta.yaml")
    found = [compare(slug, records=records) for slug in names]
    picture = into.with_suffix(".svg")
    _write(into, overview(found, run_record.read_run_records(records), picture.name))
    draw(found, picture)
    return [into, picture]


def _write(path: Path, text: str) -> None:
    with atomic_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
