"""The documents of a corpus as a stream: one batch of rows in memory at a time, only the columns that are asked for."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from maskzoo.errors import UserError
from maskzoo.files import reading

SPLITS = ("train", "validation", "test")
BATCH = 512  # documents held at a time


def open_documents(file: Path) -> Any:
    """The parquet file of a corpus.

    Raises:
        UserError: there is no such file, it is not parquet, or it lacks the columns `text` and `split`.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not file.is_file():
        raise UserError("no documents", where=str(file), hint="run `maskzoo corpus` for this domain and scale first")
    try:
        parquet = pq.ParquetFile(file)
    except pa.ArrowInvalid as error:
        raise UserError(
            f"not a parquet file ({error})", where=str(file), hint="remove it and run `maskzoo corpus` again"
        ) from None
    missing = {"text", "split"} - set(parquet.schema_arrow.names)
    if missing:
        raise UserError(
            f"lacks the column {sorted(missing)[0]!r}", where=str(file), expected="what `maskzoo corpus` writes"
        )
    return parquet


def texts(file: Path, splits: Sequence[str]) -> Iterator[str]:
    """The texts of some splits, in the file's order."""
    for row in rows(file, splits, ("text",)):
        yield row[0]


def rows(file: Path, splits: Sequence[str], columns: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Some columns of the documents of some splits, in the file's order."""
    wanted = set(splits)
    with reading(file), open_documents(file) as parquet:
        for batch in parquet.iter_batches(batch_size=BATCH, columns=[*dict.fromkeys((*columns, "split"))]):
            values = [batch.column(name).to_pylist() for name in columns]
            for split, *row in zip(batch.column("split").to_pylist(), *values, strict=True):
                if split in wanted:
                    yield tuple(row)


def size(file: Path, splits: Sequence[str]) -> tuple[int, int]:
    """Number of documents and UTF-8 bytes in some splits."""
    import pyarrow as pa
    import pyarrow.compute as pc

    documents = total = 0
    with reading(file), open_documents(file) as parquet:
        for batch in parquet.iter_batches(batch_size=BATCH, columns=["text", "split"]):
            chosen = batch.filter(pc.is_in(batch.column("split"), value_set=pa.array(list(splits))))
            documents += chosen.num_rows
            total += pc.sum(pc.binary_length(chosen.column("text"))).as_py() or 0
    return documents, total


def fraction(text: str) -> float:
    """A number in [0, 1) that depends on the text alone: documents below a threshold are a fixed random sample."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") / 2**64
