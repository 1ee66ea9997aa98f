"""Tables with a header line: separated by commas (or another `delimiter`) with quotes, or tab-separated (`tsv`)."""

import csv
import io
from collections.abc import Iterator

from maskzoo.corpus.readers.common.input import MARK, InputFile, decoded, replaced
from maskzoo.documents.record import Record
from maskzoo.errors import UserError
from maskzoo.recipe.source import Read

USES = frozenset({"text", "fields", "encoding", "delimiter"})
LONGEST = 64 << 20  # characters of one cell: above this a quote was not closed


def read(file: InputFile, options: Read) -> Iterator[Record]:
    """Records of a comma-separated file."""
    csv.field_size_limit(LONGEST)
    with decoded(file, options, newline="") as text:
        yield from rows_to_records(csv.reader(text, strict=True, delimiter=options.delimiter), file, options)


def rows_to_records(rows: Iterator[list[str]], file: InputFile, options: Read) -> Iterator[Record]:
    """Records of parsed rows, the first of which names the columns.

    Raises:
        UserError: a column that does not exist, or a row with another number of cells than the header.
    """
    if not options.text:
        raise UserError("no `text` is given", where=file.where, expected="the columns that make the text")
    number = 0
    try:
        header = next(iter(rows), None)
        if header is None:
            return
        text = [_column(header, name, file) for name in options.text]
        fields = [(name, _column(header, column, file)) for name, column in options.fields.items()]
        used = [*text, *(column for _, column in fields)]
        for number, row in enumerate(rows, 1):
            if len(row) != len(header):
                if not row:
                    continue
                where = f"{file.where}: {_line(rows, number)}"
                raise UserError(f"{len(row)} cells", where=where, expected=f"{len(header)} as in the header")
            bad = any(MARK in row[column] for column in used)
            if bad:
                row = [replaced(cell) for cell in row]
            kept = {name: row[column] for name, column in fields}
            kept["path"] = file.path
            joined = row[text[0]] if len(text) == 1 else "\n".join(row[column] for column in text if row[column])
            yield Record(joined, f"{file.path}#{number}", file.sha256, kept, undecodable=bad)
    except csv.Error as error:
        raise UserError(f"not a table: {error}", where=f"{file.where}: {_line(rows, number + 1)}") from None


def _column(header: list[str], name: str, file: InputFile) -> int:
    if name not in header:
        raise UserError(f"no column {name!r}", where=file.where, expected="one of " + ", ".join(header))
    return header.index(name)


def _line(rows: object, number: int) -> str:
    line = getattr(rows, "line_num", None)
    return f"line {line}" if line else f"row {number}"


def tab_rows(text: io.TextIOWrapper) -> Iterator[list[str]]:
    """Rows of a tab-separated file: quotes are plain characters, but a cell quoted as a whole is unquoted."""
    for line in text:
        line = line.rstrip("\r\n")
        yield [_unquoted(cell) if cell[:1] == '"' else cell for cell in line.split("\t")] if line else []


def _unquoted(cell: str) -> str:
    inner = cell[1:-1]
    if len(cell) < 2 or cell[-1] != '"' or '"' in inner.replace('""', ""):
        return cell
    return inner.replace('""', '"')
