"""What no single key of a source shows: options that its format takes, its licence, files that must be there."""

import codecs
from pathlib import Path

from maskzoo import registry
from maskzoo.errors import UserError, unknown_name
from maskzoo.licences import licence_of
from maskzoo.recipe.recipe import Recipe
from maskzoo.recipe.source import Source

ALWAYS = frozenset({"format", "max_undecodable"})  # options that every format takes


def check_source(source: Source, recipe: Recipe, where: str, folder: Path) -> None:
    """One source: licence, read options and files.

    Args:
        where: file and key of the source.
        folder: what its files are relative to.

    Raises:
        UserError: the first that is wrong, by its key.
    """
    check_options(source, where)
    licence_of(source.licence, where=f"{where}.licence")
    check_reading = getattr(registry.load("readers", source.read.format), "check", None)
    if check_reading is not None:
        check_reading(source.read, f"{where}.read")
    try:
        codecs.lookup(source.read.encoding)
    except LookupError:
        raise UserError(
            f"unknown encoding {source.read.encoding!r}",
            where=f"{where}.read.encoding",
            expected="a name such as utf-8, latin-1 or cp1252",
        ) from None
    if source.files is not None and not (folder / source.files).is_file():
        raise UserError(
            f"no file {source.files!r} in {folder}",
            where=f"{where}.files",
            expected="a CSV of path, sha256, bytes",
        )
    if source.glob is not None:
        _check_glob(source.glob, folder, f"{where}.glob")
    if source.simulated is not None and recipe.simulate is None:
        raise UserError(
            f"{source.simulated!r} is simulated but the recipe has no `simulate`", where=f"{where}.simulated"
        )


def _check_glob(pattern: str, folder: Path, where: str) -> None:
    if Path(pattern).is_absolute():
        raise UserError(f"{pattern!r} is absolute", where=where, expected="a relative pattern")
    try:
        found = any(folder.glob(pattern))
    except ValueError as error:
        raise UserError(f"{pattern!r}: {error}", where=where, expected="a pattern such as texts/*.txt") from None
    if not found:
        raise UserError(f"no file matches {pattern!r} in {folder}", where=where)


def check_options(source: Source, where: str) -> None:
    """Options that the format does not use are a mistake, not a wish.

    Raises:
        UserError: names the option and the formats that take it.
    """
    uses = _uses(source.read.format)
    for option in sorted(source.read.model_fields_set - ALWAYS - uses):
        takers = [name for name in registry.names("readers") if option in _uses(name)]
        raise UserError(
            f"read.{option} is not used by the format {source.read.format}",
            where=where,
            hint=f"{', '.join(takers)} use it",
        )
    for key, name in [*(("where", name) for name in source.where), *(("among", name) for name in source.among)]:
        fields = {"path", *source.read.fields, *source.parallel}
        if name not in fields:
            raise unknown_name("field", name, fields, where=f"{where}: {key}")
    if source.archive is not None and source.hub is not None:
        raise UserError("`archive` does not go with `hub`", where=where)


def _uses(format_name: str) -> frozenset[str]:
    uses = registry.load("readers", format_name).USES
    assert isinstance(uses, frozenset)
    return uses
