"""What every reader is given, and the parts that several readers share: decoding, keys, words of tagged records."""

import codecs
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO

from maskzoo.documents.record import Record
from maskzoo.errors import UserError
from maskzoo.recipe.source import Read

MARK = "\udcff"  # stands for undecodable bytes: no codec decodes anything to a lone surrogate
HANDLER = "maskzoo-mark"
PATIENCE = 100  # records without a key after which the key counts as absent


def _mark(error: UnicodeError) -> tuple[str, int]:
    if isinstance(error, UnicodeDecodeError):
        return MARK, error.end
    raise error


codecs.register_error(HANDLER, _mark)


class NothingHereError(UserError):
    """A file without anything that the recipe asks for: a mistake only when all files of the source are like it."""


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file (or archive member) to read.

    Attributes:
        stream: its bytes; unpacked already, not necessarily seekable.
        path: its path within the source; the start of every locator.
        where: how errors name it.
        sha256: digest of the file on disk that it came from.
        beside: opens another file of the same archive or folder by its name; None where there is none.
    """

    stream: BinaryIO
    path: str
    where: str
    sha256: str = ""
    beside: Callable[[str], AbstractContextManager[BinaryIO]] | None = None


@contextmanager
def decoded(file: InputFile, options: Read, *, newline: str | None = None) -> Iterator[io.TextIOWrapper]:
    """The file as text with `MARK` where bytes could not be decoded; a byte-order mark is skipped.

    Raises:
        UserError: Python knows no such encoding.
    """
    encoding = options.encoding
    try:
        if codecs.lookup(encoding).name == "utf-8":
            encoding = "utf-8-sig"
    except LookupError:
        raise UserError(
            f"unknown encoding {encoding!r}", where=file.where, expected="a name such as utf-8, latin-1 or cp1252"
        ) from None
    text = io.TextIOWrapper(file.stream, encoding=encoding, errors=HANDLER, newline=newline)
    try:
        yield text
    finally:
        if not text.closed:
            text.detach()


def replaced(text: str) -> str:
    """`text` without `MARK` and other lone surrogates, which no file could store."""
    return text.replace(MARK, "\ufffd").encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def mended(record: Record) -> Record:
    """The record with lone surrogates (escaped halves of pairs, `MARK`) as replacement characters, and said so."""
    text = replaced(record.text)
    if text != record.text:
        record.text, record.undecodable = text, True
        record.fields = {name: replaced(value) for name, value in record.fields.items()}
        record.tokens = tuple(replaced(token) for token in record.tokens)
    return record


def as_text(value: Any, *, where: str, key: str) -> str:
    """A JSON-like value as text: lists as lines, null as nothing.

    Raises:
        UserError: a mapping, which has no obvious text.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bytes | bytearray | memoryview):  # a column of Parquet that nobody declared as text
        return bytes(value).decode("utf-8", HANDLER)
    if value is None:
        return ""
    if isinstance(value, Mapping):
        raise UserError(f"{key!r} is a mapping", where=where, expected=f"text, or a key in it: {_dotted(key, value)}")
    if isinstance(value, (list, tuple)):
        return "\n".join(as_text(item, where=where, key=key) for item in value)
    return json.dumps(value) if isinstance(value, (bool, int, float)) else str(value)


def _dotted(key: str, value: Mapping[str, Any]) -> str:
    return ", ".join(f"{key}.{name}" for name in value)


class Keyed:
    """Turns mappings (JSON lines, Parquet rows, rows of a Hub data set) into `Record`s by the recipe's keys.

    A key that the first records all lack is an error; one that is only sometimes absent is empty there.
    """

    def __init__(self, file: InputFile, options: Read) -> None:
        if not options.text and options.tokens is None:
            raise UserError("no `text` is given", where=file.where, expected="the keys whose values make the text")
        self.file, self.options = file, options
        self.wanted = [*options.text, *options.fields.values(), *filter(None, (options.tokens, options.tags))]
        self.missing = set(self.wanted)
        self.known: dict[str, None] = {}
        self.seen = 0

    def record(self, row: Mapping[str, Any], locator: str, *, undecodable: bool = False) -> Record:
        """One record.

        Raises:
            UserError: a key that no record has, or tokens and tags that do not fit.
        """
        self.seen += 1
        if self.missing:
            self.missing = {key for key in self.missing if _find(row, key) is _ABSENT}
            self.known.update(dict.fromkeys(_keys(row)))
            if self.seen >= PATIENCE:
                self.finish()
        where = self.file.where + locator.removeprefix(self.file.path)
        fields = {
            name: as_text(self._value(row, key), where=where, key=key) for name, key in self.options.fields.items()
        }
        fields["path"] = self.file.path
        tokens = self._words(row, self.options.tokens, where)
        tags = self._words(row, self.options.tags, where)
        if self.options.tags is not None and len(tokens) != len(tags):
            raise UserError(f"{len(tokens)} tokens but {len(tags)} tags", where=where, expected="one tag per token")
        if self.options.tokens is not None:
            text = " ".join(tokens)
        else:
            values = (as_text(self._value(row, key), where=where, key=key) for key in self.options.text)
            text = "\n".join(value for value in values if value)
        return Record(text, locator, self.file.sha256, fields, tokens, tags, undecodable)

    def finish(self) -> None:
        """To be called after the last record.

        Raises:
            UserError: a key that no record had.
        """
        if self.missing and self.seen:
            absent = min(self.missing, key=self.wanted.index)
            raise UserError(f"no field {absent!r}", where=self.file.where, expected="one of " + ", ".join(self.known))

    @staticmethod
    def _value(row: Mapping[str, Any], key: str) -> Any:
        value = _find(row, key)
        return None if value is _ABSENT else value

    def _words(self, row: Mapping[str, Any], key: str | None, where: str) -> tuple[str, ...]:
        value = None if key is None else self._value(row, key)
        if value is None:
            return ()
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise UserError(f"{key!r} holds {type(value).__name__}", where=where, expected="a list of words")
        return tuple(as_text(item, where=where, key=str(key)) for item in value)


_ABSENT = object()


def _find(row: Any, key: str) -> Any:
    """The value at a key; dots descend where the key as a whole is not there."""
    if isinstance(row, Mapping):
        if key in row:
            return row[key]
        head, dot, rest = key.partition(".")
        if dot and head in row:
            return None if row[head] is None else _find(row[head], rest)
    return _ABSENT


def _keys(row: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for name, value in islice(row.items(), 200):
        if isinstance(value, Mapping):
            yield from _keys(value, f"{prefix}{name}.")
        else:
            yield prefix + name


def path_fields(file: InputFile, options: Read) -> dict[str, str]:
    """Fields of formats that have none of their own (txt, md, conll): the path, under every name that asks for it.

    Raises:
        UserError: a field other than `path`.
    """
    for name, field in options.fields.items():
        if field != "path":
            raise UserError(
                f"no field {field!r} (fields.{name})",
                where=file.where,
                expected=f"path: a {options.format} file has no other",
            )
    return {**dict.fromkeys(options.fields, file.path), "path": file.path}
