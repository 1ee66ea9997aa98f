"""Documents on disk, written and read a few megabytes at a time."""

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

ROW_GROUP_BYTES = 4 << 20
ROW_GROUP_ROWS = 16_384

DOCUMENT = ("id", "text", "source", "licence", "language", "locator", "sha256", "split")
DROPPED = ("id", "text", "source", "licence", "language", "locator", "sha256", "stage", "reason", "detail")


class ParquetStream:
    """A Parquet file (zstd) of string columns that rows are added to; holds one row group in memory."""

    def __init__(self, path: Path, columns: tuple[str, ...]) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self.columns = columns
        self.schema = pa.schema([(name, pa.string()) for name in columns])
        self._writer = pq.ParquetWriter(path, self.schema, compression="zstd", use_dictionary=_repeated(columns))
        self._rows: list[tuple[str | None, ...]] = []
        self._tables: list[pa.Table] = []
        self._bytes = 0

    def add(self, *values: str | None) -> None:
        """One row, values in the order of the columns."""
        self._rows.append(values)
        self._bytes += len("".join(filter(None, values)))
        if self._bytes >= ROW_GROUP_BYTES or len(self._rows) >= ROW_GROUP_ROWS:
            self._flush()

    def add_columns(self, columns: Sequence[Sequence[str | None]], size: int) -> None:
        """Several rows, of `size` bytes of text in all, as columns in their order."""
        import pyarrow as pa

        if self._rows:
            self._flush()
        if not len(columns[0]):
            return
        arrays = [pa.array(column, pa.string()) for column in columns]
        self._tables.append(pa.Table.from_arrays(arrays, schema=self.schema))
        self._bytes += size
        if self._bytes >= ROW_GROUP_BYTES or sum(table.num_rows for table in self._tables) >= ROW_GROUP_ROWS:
            self._flush()

    def add_table(self, table: "pa.Table") -> None:
        """Rows of a table that has the columns, behind those that were added before."""
        self._flush()
        if table.num_rows:
            self._writer.write_table(table.select(list(self.columns)).cast(self.schema))

    def _flush(self) -> None:
        import pyarrow as pa

        if self._rows:
            arrays = [pa.array(column, pa.string()) for column in zip(*self._rows, strict=True)]
            self._tables.append(pa.Table.from_arrays(arrays, schema=self.schema))
        if self._tables:
            table = pa.concat_tables(self._tables)
            self._rows, self._tables, self._bytes = [], [], 0
            self._writer.write_table(table, row_group_size=table.num_rows)

    def __enter__(self) -> "ParquetStream":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._flush()
        finally:
            self._writer.close()


def _repeated(columns: tuple[str, ...]) -> list[str]:
    """Columns with few distinct values, worth a dictionary."""
    return [name for name in columns if name in ("source", "licence", "language", "sha256", "split", "stage", "reason")]


def rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    """The rows of a Parquet file in order, one row group in memory."""
    for table in tables(path, columns):
        yield from zip(*(table.column(name).to_pylist() for name in columns), strict=True)


def tables(path: Path, columns: tuple[str, ...]) -> Iterator["pa.Table"]:
    """The row groups of a Parquet file in order, with these columns."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path, memory_map=False, pre_buffer=False) as file:
        for group in range(file.num_row_groups):
            yield file.read_row_group(group, columns=list(columns), use_threads=False).select(list(columns))


class StringFile:
    """Strings on disk that are added in order and read back by number; nothing is held in memory."""

    def __init__(self, path: Path) -> None:
        ends = path.with_suffix(".ends")
        self._writers: tuple[IO[bytes], IO[bytes]] = path.open("wb"), ends.open("wb")
        self._readers: tuple[IO[bytes], IO[bytes]] = path.open("rb"), ends.open("rb")
        self._end = 0

    def add(self, value: str) -> None:
        self._end += self._writers[0].write(value.encode())
        self._writers[1].write(struct.pack("<Q", self._end))

    def __getitem__(self, number: int) -> str:
        for writer in self._writers:
            writer.flush()
        text, ends = self._readers
        ends.seek(8 * max(0, number - 1))
        start, end = struct.unpack("<QQ", ends.read(16) if number else bytes(8) + ends.read(8))
        text.seek(start)
        return text.read(end - start).decode()

    def close(self) -> None:
        for file in (*self._writers, *self._readers):
            file.close()
