"""JSON lines: one object a line; keys with dots descend into nested objects."""

import json
from collections.abc import Iterator

from maskzoo.corpus.readers._input import MARK, InputFile, Keyed, decoded, mended, replaced
from maskzoo.corpus.record import Record
from maskzoo.errors import UserError
from maskzoo.recipe.source import Read

USES = frozenset({"text", "fields", "tokens", "tags", "encoding"})


def read(file: InputFile, options: Read) -> Iterator[Record]:
    """Records of a JSON lines file; blank lines are skipped."""
    keyed = Keyed(file, options)
    with decoded(file, options, newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            # \ud... may be an escaped half of a pair, which no file could store
            bad = MARK in line
            if not bad and line.isspace():
                continue
            row = _parsed(replaced(line) if bad else line, f"{file.where}: line {number}")
            found = keyed.record(row, f"{file.path}:line {number}", undecodable=bad)
            yield mended(found) if "\\ud" in line or "\\uD" in line else found
    keyed.finish()


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
