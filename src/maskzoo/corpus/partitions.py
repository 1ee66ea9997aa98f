"""Curation shared out to jobs: the work on single documents in partitions by a hash of the text, put together again.

A partition (`--shard` on the command line; shards of this code are those of tokens) keeps of every chunk of the input
what was found out about its own documents, with their places. Read side by side, all partitions give back the very
chunks that one job would have worked on, so what follows (duplicates across partitions, splits, counts) writes the same
bytes.
"""

import hashlib
import json
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from maskzoo.corpus.decontamination import Hits
from maskzoo.corpus.document_work import Chunk, Worked
from maskzoo.corpus.store import ROW_GROUP_BYTES, ROW_GROUP_ROWS
from maskzoo.documents.near_duplicates import Signatures
from maskzoo.errors import UserError
from maskzoo.files import read_json, write_json
from maskzoo.recipe.curation import Curation

DOCUMENTS, COUNTS, META = "documents.parquet", "counts.jsonl", "shard.json"
TEXTS = ("source", "text", "locator", "sha256")
NUMBERS = ("chunk", "place", "bytes_read", "bytes_clean", "bytes_out", "units")
DROPPED = ("stage", "reason", "detail")  # empty where a document stays
BYTES = ("digest", "signature", "part_signatures")
Row = dict[str, Any]


@dataclass(frozen=True)
class Partition:
    """The `number`th of `of` partitions, from 1."""

    number: int
    of: int

    @classmethod
    def read(cls, text: str) -> "Partition":
        """From `2/8`.

        Raises:
            UserError: anything else.
        """
        number, _, of = text.partition("/")
        if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
            raise UserError(f"{text!r}", where="--shard", expected="a number of as many as there are, such as 2/8")
        return cls(int(number), int(of))

    def holds(self, text: str) -> bool:
        """Whether a document belongs to it: by a hash of its text as it was read."""
        digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        return int.from_bytes(digest, "big") % self.of == self.number - 1


class PartitionWriter:
    """What was found out about the documents of one partition, on its way to disk."""

    def __init__(self, folder: Path, partition: Partition, made_from: str) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        kinds = {
            **dict.fromkeys((*TEXTS, *DROPPED, "hits"), pa.string()),
            **dict.fromkeys(NUMBERS, pa.int64()),
            **dict.fromkeys(BYTES, pa.binary()),
            "part_units": pa.list_(pa.int64()),
        }
        self.folder, self.partition, self.made_from = folder, partition, made_from
        self.schema = pa.schema(list(kinds.items()))
        self.documents = 0
        self.chunks = 0
        self._own: deque[tuple[int, list[int]]] = deque()  # (chunk, places in it) of those that are being worked on
        self._rows: list[Row] = []
        self._bytes = 0
        self._writer = pq.ParquetWriter(folder / DOCUMENTS, self.schema, compression="zstd")
        self._counts = (folder / COUNTS).open("w", encoding="utf-8")

    def own(self, chunks: Iterable[Chunk]) -> Iterator[Chunk]:
        """The chunks with this partition's documents alone; those with none are left out."""
        for number, chunk in enumerate(chunks):
            self.chunks = number + 1
            places = [place for place, one in enumerate(chunk.documents) if self.partition.holds(one.text)]
            if places:
                self._own.append((number, places))
                yield Chunk([chunk.documents[place] for place in places], chunk.boilerplate)

    def add(self, worked: Worked) -> None:
        """What came of the next of those chunks."""
        number, places = self._own.popleft()
        signatures, parts = _kept_rows(worked)
        for at, place in enumerate(places):
            stage, reason, detail = worked.dropped.get(at, (None, None, None))
            hits = worked.hits.get(at)
            self._rows.append(
                {
                    "chunk": number,
                    "place": place,
                    "source": worked.source,
                    "text": worked.texts[at],
                    "locator": worked.locators[at],
                    "sha256": worked.sha256[at],
                    "digest": worked.digests[at],
                    "bytes_read": worked.bytes_read[at],
                    "bytes_clean": worked.bytes_clean[at],
                    "bytes_out": worked.bytes_out[at],
                    "units": worked.units[at] if worked.units else None,
                    "part_units": worked.part_units[at] if worked.part_units else None,
                    "stage": stage,
                    "reason": reason,
                    "detail": detail,
                    "hits": hits and json.dumps({"texts": sorted(hits.texts), "ngrams": hits.ngrams.tolist()}),
                    "signature": signatures.get(at),
                    "part_signatures": parts.get(at),
                }
            )
        if worked.personal or worked.changes:
            counted = {"chunk": number, "personal": worked.personal, "changes": worked.changes}
            self._counts.write(json.dumps(counted) + "\n")
        self.documents += len(places)
        self._bytes += sum(worked.bytes_out)
        if self._bytes >= ROW_GROUP_BYTES or len(self._rows) >= ROW_GROUP_ROWS:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        if self._rows:
            self._writer.write_table(pa.Table.from_pylist(self._rows, schema=self.schema))
        self._rows, self._bytes = [], 0

    def __enter__(self) -> "PartitionWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._flush()
                said = {"shard": self.partition.number, "of": self.partition.of, "made_from": self.made_from}
                write_json(self.folder / META, {**said, "documents": self.documents, "chunks": self.chunks})
        finally:
            self._writer.close()
            self._counts.close()


def merged(folders: Sequence[Path], settings: Curation, made_from: str) -> Iterator[Worked]:
    """The chunks of the whole input, from all partitions.

    Args:
        settings: that the partitions were made with.
        made_from: what they must say they were made from.

    Raises:
        UserError: a partition is missing, there twice, or was made from something else.
    """
    chunks = _check(folders, made_from)
    partitions = [_Reader(folder) for folder in folders]
    for number in range(chunks):
        rows = sorted((row for partition in partitions for row in partition.rows(number)), key=itemgetter("place"))
        counted = [counts for partition in partitions if (counts := partition.counts(number))]
        yield _worked(rows, counted, settings)


def _check(folders: Sequence[Path], made_from: str) -> int:
    """Chunks of the input, where the partitions are all there and fit one another."""
    said = []
    for folder in folders:
        if not (folder / META).is_file():
            raise UserError("no such shard", where=str(folder), hint="run: maskzoo corpus DOMAIN --shard NUMBER/OF")
        said.append(read_json(folder / META))
    numbers = sorted(one["shard"] for one in said)
    if numbers != list(range(1, len(folders) + 1)) or {one["of"] for one in said} != {len(folders)}:
        raise UserError(f"shards {numbers} of {said[0]['of']}", where=str(folders[0].parent), expected="each once")
    for folder, one in zip(folders, said, strict=True):
        if one["made_from"] != made_from or one["chunks"] != said[0]["chunks"]:
            raise UserError(
                "was made from another recipe, or other sources or tasks", where=str(folder), hint="make it again"
            )
    return int(said[0]["chunks"])


class _Reader:
    """One partition, read a chunk at a time in their order."""

    def __init__(self, folder: Path) -> None:
        self._groups = groupby(_rows(folder / DOCUMENTS), key=itemgetter("chunk"))
        self._next: tuple[int, Iterator[Row]] | None = next(self._groups, None)
        self._lines = _lines(folder / COUNTS)
        self._counted: Row | None = next(self._lines, None)

    def rows(self, chunk: int) -> list[Row]:
        if self._next is None or self._next[0] != chunk:
            return []
        found = list(self._next[1])
        self._next = next(self._groups, None)
        return found

    def counts(self, chunk: int) -> Row | None:
        if self._counted is None or self._counted["chunk"] != chunk:
            return None
        found, self._counted = self._counted, next(self._lines, None)
        return found


def _lines(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _rows(path: Path) -> Iterator[Row]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path, memory_map=False, pre_buffer=False) as file:
        for batch in file.iter_batches(batch_size=1024, use_threads=False):
            yield from batch.to_pylist()


def _kept_rows(worked: Worked) -> tuple[dict[int, bytes], dict[int, bytes]]:
    """Place -> signature, and signatures of the parts, of the documents that stay."""
    kept = [place for place in range(len(worked.texts)) if place not in worked.dropped]
    own = dict(zip(kept, map(bytes, worked.signatures), strict=True)) if worked.signatures is not None else {}
    parts: dict[int, bytes] = {}
    if worked.part_signatures is not None:
        ends = np.cumsum([len(worked.part_units[place]) for place in kept]).astype(int)
        split = np.split(worked.part_signatures, ends[:-1]) if kept else []
        parts = {place: rows.tobytes() for place, rows in zip(kept, split, strict=True)}
    return own, parts


def _worked(rows: Sequence[Row], counted: Sequence[Row], settings: Curation) -> Worked:
    near, parts = settings.deduplication.near, settings.deduplication.parts
    return Worked(
        source=rows[0]["source"],
        texts=[row["text"] for row in rows],
        locators=[row["locator"] for row in rows],
        sha256=[row["sha256"] for row in rows],
        digests=[row["digest"] for row in rows],
        bytes_read=[row["bytes_read"] for row in rows],
        bytes_clean=[row["bytes_clean"] for row in rows],
        bytes_out=[row["bytes_out"] for row in rows],
        units=[row["units"] for row in rows] if parts else [],
        part_units=[row["part_units"] for row in rows] if parts else [],
        dropped={at: tuple(row[name] for name in DROPPED) for at, row in enumerate(rows) if row["stage"] is not None},
        hits={at: _hits(row["hits"]) for at, row in enumerate(rows) if row["hits"] is not None},
        personal=_sum(counted, "personal"),
        changes=_sum(counted, "changes"),
        signatures=_signatures(rows, "signature", near.permutations) if near else None,
        part_signatures=_signatures(rows, "part_signatures", parts.permutations) if parts else None,
    )


def _hits(text: str) -> Hits:
    found = json.loads(text)
    return Hits(set(found["texts"]), np.asarray(found["ngrams"], dtype=np.int64))


def _sum(counted: Iterable[Row], name: str) -> Counter[str]:
    total: Counter[str] = Counter()
    for counts in counted:
        total.update(counts[name])
    return total


def _signatures(rows: Iterable[Row], name: str, permutations: int) -> Signatures:
    return np.frombuffer(b"".join(row[name] or b"" for row in rows), dtype=np.uint32).reshape(-1, permutations)
