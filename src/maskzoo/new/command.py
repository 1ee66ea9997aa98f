"""`maskzoo new`: look at data and write a domain.yaml for them that runs as it is, and a data sheet to be filled in."""

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maskzoo.errors import UserError, unknown_name

if TYPE_CHECKING:
    from maskzoo.licences import Licence
    from maskzoo.new.facts import Facts
    from maskzoo.new.task_trial import Plan
    from maskzoo.new.tasks import Labels
    from maskzoo.new.wanted import Wanted

NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
MATERIALS = ("text", "protein", "smiles", "code")


UNSPACED_SHARE = 0.1  # of letters in scripts without spaces from which words are no help to a tokenizer


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
    parser.add_argument(
        "--licence", help="of the data: an SPDX id such as CC0-1.0 or CC-BY-4.0 (default: none, nothing may be shared)"
    )
    parser.add_argument("--config", help="of a data set of the Hub: which configuration (default: its only one)")
    parser.add_argument("--split", help="of a data set of the Hub: which split (default: train)")
    parser.add_argument("--text", metavar="COLUMN", help="of a table: what holds the text (default: guessed)")
    parser.add_argument("--task", metavar="COLUMN", help="of a table: labels or numbers to be predicted from the text")
    parser.add_argument("--unit", help="of the numbers of --task")
    parser.add_argument("--material", choices=MATERIALS, help="what the data are made of (default: found out)")
    parser.add_argument("--language", help="ISO 639 code (default: found out)")
    parser.add_argument("--title", help="what readers of a card see (default: from the folder)")
    parser.add_argument("--attribution", help="whom to name")


def run(options: argparse.Namespace) -> int:
    from maskzoo.licences import NOT_SHAREABLE, licence_of
    from maskzoo.new.facts import look
    from maskzoo.new.places import places
    from maskzoo.new.recipe_text import recipe_text
    from maskzoo.new.sheet_text import sheet_text

    folder = target(options.domain)
    licence = licence_of(options.licence or NOT_SHAREABLE, where="--licence")
    found = [
        look(place, column=options.text, material=options.material, language=options.language)
        for place in places(options.data, config=options.config, split=options.split)
    ]
    wanted = decided(folder, found, licence, options)
    write(folder, recipe_text(wanted), sheet_text(wanted))
    print(said(wanted), flush=True)
    if not licence.shareable:
        print(
            f"maskzoo: warning: no --licence was given, so no model of these data may be shared: fill in `licence` of "
            f"{', '.join(wanted.source_names)} in {folder / 'domain.yaml'}",
            file=sys.stderr,
        )
    return 0


def decided(folder: Path, found: "list[Facts]", licence: "Licence", options: argparse.Namespace) -> "Wanted":
    """What the recipe will say, after a trial of curation and of the task.

    Raises:
        UserError: too little data, or too little that curation leaves; no usable labels; a task that cannot be split.
    """
    from maskzoo.documents.letters import unspaced_share
    from maskzoo.new.file_licences import allowed
    from maskzoo.new.sizes import enough, enough_left, sizes
    from maskzoo.new.trial import loosened, salt, trial, tried
    from maskzoo.new.wanted import Wanted, source_names
    from maskzoo.recipe.curation import DocumentSplit

    material = found[0].material
    documents, size = sum(one.documents for one in found), sum(one.bytes for one in found)
    enough(material, documents, size)
    labels, plan = _task(found[0], options) if options.task is not None else (None, None)
    some, whole = tried(found, source_names(found), licence.id)
    texts = [record.text for one in some for record in one.records]
    file_licences = allowed(licence, texts) if material == "code" else None
    settings: dict[str, dict[str, Any]] = {"code": {"licences": file_licences}} if file_licences is not None else {}
    looser = loosened(some, material, settings)
    for one in looser:
        settings.setdefault(one.section, {})[one.key] = one.value
    left = trial(some, whole, material, settings, {"label": plan.texts} if plan else None)
    documents = round(documents * len(left.digests) / left.documents)
    size = round(size * left.size_kept / left.size)
    enough_left(documents, left.losses)
    chosen = sizes(material, documents, size)
    usual = DocumentSplit().salt
    drawn = salt(left.digests, chosen.held_out) if whole else usual
    return Wanted(
        folder=folder,
        title=options.title or folder.name.replace("_", " ").replace("-", " ").capitalize(),
        licence=licence,
        attribution=options.attribution,
        sources=found,
        sizes=chosen,
        trial=left,
        looser=looser,
        file_licences=file_licences,
        salt=None if drawn == usual else drawn,
        labels=labels,
        plan=plan,
        unit=options.unit,
        general=material == "text" and found[0].language == "en",
        unspaced=material == "text" and unspaced_share(texts) > UNSPACED_SHARE,
    )


def _task(one: "Facts", options: argparse.Namespace) -> "tuple[Labels, Plan]":
    """The labels of a column, and how its task is split."""
    from maskzoo.new.facts import records, source_of
    from maskzoo.new.task_trial import plan
    from maskzoo.new.tasks import labels
    from maskzoo.recipe.task import task_from
    from maskzoo.tasks.common.classes import class_name

    column = options.task
    where = f"--task: {one.place.pattern}"
    if not one.columns:
        raise UserError(f"a {one.place.format} file has no columns", where="--task", expected="a table")
    if column not in one.columns:
        raise unknown_name("column", column, one.columns, where=where)
    read = one.read.model_copy(update={"fields": {"label": column}})
    found = labels(column, [record.fields["label"] for record in records(one.place, read)], where)
    numeric = found.numeric
    task = task_from(
        {
            "title": column,
            "type": "regression" if numeric else "sequence_classification",
            "material": one.material,
            "data": {"all": source_of(one.place, read)},
            "label": "label",
            "unit": column if numeric else None,
            "metric": "spearman" if numeric else "macro_f1",
        }
    )
    every = records(one.place, read)
    known = every if numeric else (record for record in every if class_name(record.fields["label"]) in found.classes)
    return found, plan(task, known, where=where)


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
    """What was found, what curation will make of it, what was written, and what to do next."""
    lines = [
        f"{name}: {one.qualifier}{one.documents:,} documents, {one.bytes / 1e6:.2g} MB of "
        f"{one.material}" + (f", {one.language} ({100 * one.share:.0f} % of the documents)" if one.language else "")
        for name, one in zip(wanted.source_names, wanted.sources, strict=True)
    ]
    trial = wanted.trial
    lines.append(
        f"curation of {'all' if trial.whole else 'some'}: {len(trial.digests):,} of {trial.documents:,} stay"
        + (f"; dropped: {trial.losses}" if trial.dropped else "")
    )
    lines += [
        f"loosened: {one.section}.{one.key} is {one.value}, the default would drop {one.share:.0%} ({one.reason})"
        for one in wanted.looser
    ]
    if wanted.labels is not None and wanted.plan is not None:
        count = "numbers" if wanted.labels.numeric else f"{len(wanted.labels.classes)} classes"
        lines.append(f"task: {count} in column {wanted.labels.column!r}, split by {wanted.plan.by or 'a hash'}")
    lines += [
        f"wrote {wanted.folder / 'domain.yaml'} and {wanted.folder / 'README.md'}",
        f"next: snakemake --cores 2 {wanted.folder}",
        f"then: snakemake --cores 2 {wanted.folder} --config scale=small",
    ]
    return "\n".join(lines)
