"""Sources to records: which files a source needs, and all its records in a fixed order."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from fnmatch import fnmatchcase
from glob import escape
from itertools import zip_longest
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from urllib.parse import quote, unquote, urlsplit

from maskzoo import registry
from maskzoo.corpus import archives
from maskzoo.corpus.cache import Cache, Wanted
from maskzoo.corpus.readers.common.input import InputFile, NothingHereError
from maskzoo.documents.record import Record
from maskzoo.errors import UserError
from maskzoo.files import sha256_of
from maskzoo.recipe.source import Read, Source
from maskzoo.recipe.source_checks import check_options

ENOUGH = 20  # records before a share of undecodable ones says anything
SHOWN = 12  # values of a field that an error names
EARLY = 10_000  # records after which a wrong encoding stops the reading at once
HEX = frozenset("0123456789abcdef")


def read_source(source: Source, *, name: str, folder: Path, simulated: Path, cache: Cache) -> Iterator[Record]:
    """All records of one source, streamed, in a fixed order; files that are missing are fetched into the cache first.

    Args:
        name: how errors name the source.
        folder: the domain's folder, to which `files` and `glob` are relative.
        simulated: the folder that `maskzoo simulate` fills.

    Raises:
        UserError: anything wrong with the source; see the readers.
    """
    where = f"source {name}"
    check_options(source, where)
    records = _own(source, where, folder, simulated, cache)
    for field, other in source.parallel.items():
        there = f"{where}: parallel.{field}"
        check_options(other, there)
        records = _beside(records, field, _own(other, there, folder, simulated, cache), where)
    records = _chosen(records, source, where)
    for field, other in source.among.items():
        there = f"{where}: among.{field}"
        check_options(other, there)
        listed = {record.text.strip() for record in _own(other, there, folder, simulated, cache)}
        records = _listed_only(records, field, listed, there)
    yield from _decodable(records, source.read, where)


def wanted_files(source: Source, *, name: str, folder: Path) -> list[Wanted]:
    """The files that a source, and what stands beside it, takes from elsewhere; none for local, simulated and Hub data.

    Raises:
        UserError: a malformed list of files (file and line), or an `only` that leaves nothing.
    """
    found = _wanted(source, name, folder)
    for other in (*source.parallel.values(), *source.among.values()):
        found += _wanted(other, name, folder)
    return found


def _wanted(source: Source, name: str, folder: Path) -> list[Wanted]:
    if source.only is not None and source.files is None:
        raise UserError(
            "`only` chooses among `files`", where=f"source {name}", hint="use `archive` for members of an archive"
        )
    if source.files is not None:
        return _listed(source, folder / source.files)
    if source.url is not None and source.sha256 is not None:
        path = unquote(PurePosixPath(urlsplit(source.url).path).name) or name
        return [Wanted(path, source.sha256, source.url)]
    return []


def _listed(source: Source, file: Path) -> list[Wanted]:
    """The rows of a list of files: path, sha256, bytes and optionally url."""
    wanted = []
    try:
        with file.open(newline="", encoding="utf-8-sig") as lines:
            rows = csv.DictReader(lines, strict=True)
            absent = [name for name in ("path", "sha256", "bytes") if name not in (rows.fieldnames or ())]
            if absent:
                raise UserError(f"no column {absent[0]!r}", where=f"{file}: line 1", expected="path,sha256,bytes[,url]")
            for row in rows:
                one = _row(row, source, f"{file}: line {rows.line_num}")
                if source.only is None or fnmatchcase(one.path, source.only):
                    wanted.append(one)
    except OSError as error:
        raise UserError(f"cannot read the list of files ({error.strerror})", where=str(file)) from None
    except (csv.Error, UnicodeDecodeError) as error:
        raise UserError(
            f"not a table ({error})", where=str(file), expected="path,sha256,bytes[,url] as UTF-8"
        ) from None
    if not wanted:
        raise UserError("no file" + (f" matches {source.only!r}" if source.only else " is listed"), where=str(file))
    return wanted


def _row(row: dict[str, str], source: Source, where: str) -> Wanted:
    if None in row or None in row.values():
        raise UserError("has another number of cells than the header", where=where)
    path, sha256, size = row["path"], row["sha256"], row["bytes"]
    pure = PurePosixPath(path)
    if not path or pure.is_absolute() or ".." in pure.parts or "\\" in path or "\0" in path:
        raise UserError(f"bad path {path!r}", where=where, expected="a relative path without '..'")
    if len(sha256) != 64 or not HEX.issuperset(sha256):
        raise UserError(f"bad sha256 {sha256!r}", where=where, expected="64 lower-case hexadecimal digits")
    if not (size.isascii() and size.isdigit()):
        raise UserError(f"bad bytes {size!r}", where=where, expected="a number")
    url = row.get("url") or (source.url.rstrip("/") + "/" + quote(path) if source.url else None)
    return Wanted(path, sha256, url, int(size))


def _own(source: Source, where: str, folder: Path, simulated: Path, cache: Cache) -> Iterator[Record]:
    """The records of a source alone."""
    return _hub(source, folder, where) if source.hub else _local(source, where, folder, simulated, cache)


def _beside(records: Iterator[Record], field: str, others: Iterator[Record], where: str) -> Iterator[Record]:
    """Records with the text of those that stand beside them as a field.

    Raises:
        UserError: one side ends before the other, or skips a line that the other has.
    """
    for number, (record, other) in enumerate(zip_longest(records, others), 1):
        if record is None or other is None:
            side = "ends" if record is None else "goes on"
            raise UserError(
                f"{side} after {number - 1} records, unlike the source beside it",
                where=f"{where}: parallel.{field}",
                expected="two sources with one record for another",
            )
        if _place(record) != _place(other):
            raise UserError(
                f"{record.locator} would stand beside {other.locator}: one of the two skips an empty record",
                where=f"{where}: parallel.{field}",
                expected="aligned lines",
            )
        record.fields[field] = other.text
        record.undecodable |= other.undecodable
        yield record


def _place(record: Record) -> str:
    """The number in a locator (`:line 12`, `#12`)."""
    return re.split("[:# ]", record.locator)[-1]


def _local(source: Source, where: str, folder: Path, simulated: Path, cache: Cache) -> Iterator[Record]:
    reader = registry.load("readers", source.read.format)
    useful = False
    nothing: NothingHereError | None = None
    for path, name, sha256 in _files(source, where, folder, simulated, cache):
        for inner, stream in _streams(source, path, name):
            shown = name if inner in (name, name.removesuffix(".gz")) else f"{name}: {inner}"
            # the path of a plain file is its own name, with .gz; that of a member is the member's
            file = InputFile(
                stream, name if shown == name else inner, f"{where}: {shown}", sha256, _beside_file(source, path, name)
            )
            try:
                yield from reader.read(file, source.read)
                useful = True
            except NothingHereError as error:
                nothing = nothing or error
    if nothing is not None and not useful:
        raise nothing


def _files(source: Source, where: str, folder: Path, simulated: Path, cache: Cache) -> Iterator[tuple[Path, str, str]]:
    """(file on disk, its path within the source, sha256) in a fixed order."""
    if source.simulated is not None:
        path = simulated / source.simulated
        if not path.is_file():
            raise UserError(f"no {path}", where=where, hint=f"run `maskzoo simulate {folder}` at this scale first")
        yield path, source.simulated, ""
    elif source.glob is not None:
        paths = sorted(path for path in folder.glob(source.glob) if path.is_file())
        if not paths:
            raise UserError(f"no file matches {source.glob!r} in {folder}", where=where)
        for path in paths:
            yield path, _relative(path, folder), sha256_of(path)
    else:
        from maskzoo.corpus.fetch import fetch  # and with it a client for the web, which most commands never need

        wanted = _wanted(source, where.removeprefix("source "), folder)
        found = fetch(wanted, cache)
        for one in wanted:
            yield found[one.sha256].path, one.path, one.sha256


def _relative(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.as_posix()


def _streams(source: Source, path: Path, name: str) -> Iterator[tuple[str, BinaryIO]]:
    if source.archive is not None:
        yield from archives.members(path, name, source.archive)
    else:
        with archives.opened(path, name) as opened:
            yield opened


def _beside_file(source: Source, path: Path, name: str) -> Callable[[str], AbstractContextManager[BinaryIO]]:
    """What opens other members of the same archive, or other files of the same folder, by their name.

    Raises:
        UserError: when it is called: there is no such member or file.
    """

    @contextmanager
    def opened(other: str) -> Iterator[BinaryIO]:
        if source.archive is not None:
            with closing(archives.members(path, name, escape(other))) as found:
                yield next(found)[1]
            return
        there = path.parent / other
        if source.url is not None or source.files is not None or not there.is_file():
            raise UserError(f"no file {other!r} beside it", where=name, expected="a file of the same folder or archive")
        with archives.opened(there, other) as (_, stream):
            yield stream

    return opened


def _hub(source: Source, folder: Path, where: str) -> Iterator[Record]:
    from maskzoo.corpus.hub import read_hub

    assert source.hub is not None
    return read_hub(source.hub, source.read, folder=folder, where=where)


def _chosen(records: Iterable[Record], source: Source, where: str) -> Iterator[Record]:
    """The records whose fields hold what `where` asks for.

    Raises:
        UserError: none does; names the values that the field has.
    """
    if not source.where:
        yield from records
        return
    seen: dict[str, dict[str, None]] = {name: {} for name in source.where}
    any_chosen = False
    for record in records:
        for name, values in seen.items():
            if len(values) < SHOWN:
                values[record.fields[name]] = None
        if all(record.fields[name] in wanted for name, wanted in source.where.items()):
            any_chosen = True
            yield record
    if not any_chosen and all(seen.values()):
        asked = "; ".join(f"{name}: {', '.join(map(repr, wanted))}" for name, wanted in source.where.items())
        has = "; ".join(f"{name}: {', '.join(map(repr, values))}" for name, values in seen.items())
        raise UserError(f"no record has {asked}", where=f"{where}: where", expected=f"values such as {has}")


def _listed_only(records: Iterable[Record], field: str, listed: set[str], where: str) -> Iterator[Record]:
    """The records whose field holds one of the listed values.

    Raises:
        UserError: none does; names one value of each side.
    """
    first: str | None = None
    any_chosen = False
    for record in records:
        value = record.fields[field].strip()
        first = value if first is None else first
        if value in listed:
            any_chosen = True
            yield record
    if not any_chosen and first is not None:
        example = f"{min(listed)!r} among {len(listed)}" if listed else "nothing"
        raise UserError(
            f"no record is listed: the list holds {example}", where=where, expected=f"values such as {first!r}"
        )


def _decodable(records: Iterable[Record], options: Read, where: str) -> Iterator[Record]:
    """Count records with undecodable bytes.

    Raises:
        UserError: more than `max_undecodable` of the records have some.
    """
    seen = bad = 0
    for record in records:
        seen += 1
        if record.undecodable:
            bad += 1
            if seen >= EARLY and bad > options.max_undecodable * seen:
                raise _wrong_encoding(bad, seen, options, where)
        yield record
    if seen >= ENOUGH and bad > options.max_undecodable * seen:
        raise _wrong_encoding(bad, seen, options, where)


def _wrong_encoding(bad: int, seen: int, options: Read, where: str) -> UserError:
    other = "latin-1 or cp1252" if options.encoding.lower().replace("_", "-") in ("utf-8", "utf8") else "utf-8"
    return UserError(
        f"{bad} of {seen} records ({bad / seen:.1%}) hold bytes that are not {options.encoding}",
        where=where,
        expected=f"at most {options.max_undecodable:.1%} (read.max_undecodable)",
        hint=f"set read.encoding to what the files are in, for example {other}",
    )
