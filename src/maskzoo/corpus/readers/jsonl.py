"""JSON lines: one object a line, or a list of records in each; keys with dots descend into nested objects."""

import json
from collections.abc import Iterator
from typing import Any

from maskzoo.corpus.readers.common.input import MARK, InputFile, Keyed, decoded, mended, replaced
from maskzoo.documents.record import Record
from maskzoo.errors import UserError
from maskzoo.recipe.source import Read

USES = frozenset({"text", "fields", "tokens", "tags", "record", "encoding"})


def read(file: InputFile, options: Read) -> Iterator[Record]:
    """Records of a JSON lines file; blank lines are skipped.

    `record` names a list of objects in every line's object: each of them is a record, with the keys around it beside
    its own, which go before.

    Raises:
        UserError: a line that is no JSON object, or one without such a list.
    """
    keyed = Keyed(file, options)
    with decoded(file, options, newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            # \ud... may be an escaped half of a pair, which no file could store
            bad = MARK in line
            if not bad and line.isspace():
                continue
            row = _parsed(replaced(line) if bad else line, f"{file.where}: line {number}")
            for place, item in _records(row, options.record, f"{file.where}: line {number}"):
                found = keyed.record(item, f"{file.path}:line {number}{place}", undecodable=bad)
                yield mended(found) if "\\ud" in line or "\\uD" in line else found
    keyed.finish()


def _records(row: dict[str, Any], record: str | None, where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """(what its locator ends in, record) of a line."""
    if record is None:
        yield "", row
        return
    found: Any = row
    for name in record.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise UserError(f"no list of objects at {record!r} (read.record)", where=where, expected="a list of records")
    yield from ((f"#{number}", {**row, **item}) for number, item in enumerate(found, 1))


def _parsed(line: str, where: str) -> dict[str, object]:
    try:
        row = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        array = line.lstrip().startswith("[")
        hint = "this looks like one JSON array over several lines" if array else None
        raise UserError(f"not JSON: {error}", where=where, expected="one JSON object a line", hint=hint) from None
    if not isinstance(row, dict):
        raise UserError(f"holds a {type(row).__name__}", where=where, expected="one JSON object a line")
    return row
