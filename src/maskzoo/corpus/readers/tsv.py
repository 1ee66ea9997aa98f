"""Tables with a header line, one row a line, cells separated by tabs."""

from collections.abc import Iterator

from maskzoo.corpus.readers import csv
from maskzoo.corpus.readers.common.input import InputFile, decoded
from maskzoo.documents.record import Record
from maskzoo.recipe.source import Read

USES = csv.USES - {"delimiter"}


def read(file: InputFile, options: Read) -> Iterator[Record]:
    """Records of a tab-separated file."""
    with decoded(file, options, newline="\n") as text:
        yield from csv.rows_to_records(csv.tab_rows(text), file, options)
