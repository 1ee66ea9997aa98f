"""`maskzoo new`: look at data and write a domain.yaml for them that runs as it is, and a data sheet to be filled in."""

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

from maskzoo.errors import UserError

if TYPE_CHECKING:
    from maskzoo.new.recipe_text import Wanted

NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
MATERIALS = ("text", "protein", "smiles", "code")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("domain", help="the folder of the new domain, for example domains/veterinary")
    parser.add_argument(
        "--from",
        dest="data",
        nargs="+",
        required=True,
        metavar="DATA",
        help="a pattern in quotes ('notes/*.txt'), a file, a folder, or a data set of the Hub (hub:owner/name)",
    )
    parser.add_argument("--licence", help="of the data, needed: an SPDX id such as CC0-1.0 or CC-BY-4.0")
    parser.add_argument("--text", metavar="COLUMN", help="of a table: what holds the text (default: guessed)")
    parser.add_argument("--task", metavar="COLUMN", help="of a table: labels or numbers to be predicted from the text")
    parser.add_argument("--unit", help="of the numbers of --task")
    parser.add_argument("--material", choices=MATERIALS, help="what the data are made of (default: found out)")
    parser.add_argument("--language", help="ISO 639 code (default: found out)")
    parser.add_argument("--title", help="what readers of a card see (default: from the folder)")
    parser.add_argument("--attribution", help="whom to name")


def run(options: argparse.Namespace) -> int:
    from maskzoo.new.facts import look, values
    from maskzoo.new.places import places
    from maskzoo.new.recipe_text import Wanted, recipe_text
    from maskzoo.new.sheet_text import sheet_text
    from maskzoo.new.sizes import sizes
    from maskzoo.new.tasks import labels
    from maskzoo.release.licences import licence_of

    folder = target(options.domain)
    if options.licence is None:
        raise UserError(
            "no licence is named, and one decides under which a model may be shared",
            where="--licence",
            expected="an SPDX id such as CC0-1.0, CC-BY-4.0 or Apache-2.0 (for data of your own: what you choose)",
        )
    licence = licence_of(options.licence, where="--licence").id
    found = [
        look(place, column=options.text, material=options.material, language=options.language)
        for place in places(options.data)
    ]
    wanted_labels = None
    if options.task is not None:
        place = found[0].place
        if not found[0].columns:
            raise UserError(f"a {place.format} file has no columns", where="--task", expected="a table")
        wanted_labels = labels(options.task, values(place, options.task), f"--task: {place.pattern}")
    wanted = Wanted(
        folder=folder,
        title=options.title or folder.name.replace("_", " ").replace("-", " ").capitalize(),
        licence=licence,
        attribution=options.attribution,
        sources=found,
        sizes=sizes(found[0].material, sum(one.documents for one in found), sum(one.bytes for one in found)),
        labels=wanted_labels,
        unit=options.unit,
        general=found[0].material == "text" and found[0].language == "en",
    )
    write(folder, recipe_text(wanted), sheet_text(wanted))
    print(said(wanted))
    return 0


def target(word: str) -> Path:
    """The folder of the new domain.

    Raises:
        UserError: not below `domains/`, no valid name, a group, within another domain, or there already.
    """
    folder = Path(word)
    parts = folder.parts
    if not Path("domains").is_dir():
        raise UserError("no folder domains/ here", expected="the root of a checkout of the zoo")
    if len(parts) < 2 or parts[0] != "domains":
        raise UserError(f"{word!r}", where="domain", expected=f"a folder below domains/, like domains/{folder.name}")
    for part in parts[1:]:
        if not NAME.fullmatch(part):
            raise UserError(
                f"{part!r} is no name of a domain", where=word, expected="lower-case letters, digits, _ and -"
            )
    if (folder / "domain.yaml").exists():
        raise UserError(
            "there is a domain already",
            where=str(folder),
            hint=f"edit {folder / 'domain.yaml'}, or choose another name",
        )
    around = next((one for one in folder.parents if (one / "domain.yaml").is_file()), None)
    if around is not None:
        raise UserError(f"lies within the domain {around}", where=str(folder), expected="a folder beside it")
    if any(folder.glob("**/domain.yaml")):
        raise UserError("is a group of domains", where=str(folder), expected="a name of its own")
    return folder


def write(folder: Path, recipe: str, sheet: str) -> None:
    """Write domain.yaml, and README.md where there is none, and read the recipe at all its scales.

    Raises:
        UserError: the recipe is wrong; then nothing stays behind.
    """
    from maskzoo.recipe.load import read_recipe, scales

    new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    file, readme = folder / "domain.yaml", folder / "README.md"
    with file.open("x", encoding="utf-8") as handle:
        handle.write(recipe)
    try:
        for scale in scales(folder):
            read_recipe(folder, scale)
    except BaseException:
        file.unlink()
        if new:
            folder.rmdir()
        raise
    if not readme.exists():
        readme.write_text(sheet, encoding="utf-8")


def said(wanted: "Wanted") -> str:
    """What was found, what was written, and what to do next."""
    lines = [
        f"{name}: {'about ' if one.estimated else ''}{one.documents:,} documents, {one.bytes / 1e6:.2g} MB of "
        f"{one.material}" + (f", {one.language} ({100 * one.share:.0f} % of the documents)" if one.language else "")
        for name, one in zip(wanted.source_names(), wanted.sources, strict=True)
    ]
    if wanted.labels is not None:
        count = "numbers" if wanted.labels.numeric else f"{len(wanted.labels.classes)} classes"
        lines.append(f"task: {count} in column {wanted.labels.column!r}")
    lines += [
        f"wrote {wanted.folder / 'domain.yaml'} and {wanted.folder / 'README.md'}",
        f"next: snakemake --cores 2 {wanted.folder}",
        f"then: snakemake --cores 2 {wanted.folder} --config scale=small",
    ]
    return "\n".join(lines)
