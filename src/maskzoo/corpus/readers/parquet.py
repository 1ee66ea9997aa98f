"""Parquet files, a batch at a time, only the columns that the recipe names; dots descend into structs."""

import shutil
import tempfile
from collections.abc import Iterator
from typing import BinaryIO, cast

from maskzoo.corpus.readers.common.input import InputFile, Keyed, mended
from maskzoo.documents.record import Record
from maskzoo.errors import UserError
from maskzoo.recipe.source import Read

USES = frozenset({"text", "fields", "tokens", "tags"})
ROWS = 1024  # a batch


def read(file: InputFile, options: Read) -> Iterator[Record]:
    """Records of a Parquet file.

    Raises:
        UserError: damaged, or a column that it does not have.
    """
    import pyarrow
    from pyarrow import parquet

    keyed = Keyed(file, options)
    try:
        table = parquet.ParquetFile(_seekable(file.stream), pre_buffer=False)
        known = table.schema_arrow.names
        columns = list(dict.fromkeys(_top(name, known, file) for name in keyed.wanted))
        number = 0
        for group in range(table.num_row_groups):  # asked for all at once, Arrow keeps more the longer it reads
            for batch in table.iter_batches(batch_size=ROWS, row_groups=[group], columns=columns):
                for row in batch.to_pylist():
                    number += 1
                    yield mended(keyed.record(row, f"{file.path}#{number}"))
    except pyarrow.ArrowException as error:
        raise UserError(f"damaged Parquet file ({error})", where=file.where) from None
    keyed.finish()


def _top(name: str, known: list[str], file: InputFile) -> str:
    for column in (name, name.partition(".")[0]):
        if column in known:
            return column
    raise UserError(f"no column {name!r}", where=file.where, expected="one of " + ", ".join(known))


def _seekable(stream: BinaryIO) -> BinaryIO:
    """Parquet is read from its end: an archive's member goes through an unnamed temporary file."""
    if stream.seekable():
        return stream
    copy = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 (lives as long as the table)
    shutil.copyfileobj(stream, copy, 1 << 20)
    copy.seek(0)
    return copy
