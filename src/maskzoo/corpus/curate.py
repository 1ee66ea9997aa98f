"""From records to a corpus in one streaming run: two passes, between them only digests and signatures.

The first pass does what a document's own text decides (cleaning, privacy, filters, decontamination), on all processes,
and spills what is left to disk. Then duplicates are found from digests and signatures alone. The second pass copies
the documents that stay. Memory holds a few megabytes of text and some tens of bytes a document.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from maskzoo import materials
from maskzoo.corpus.decontamination import ContaminationReport, Evaluation, EvaluationIndex
from maskzoo.corpus.document_work import Chunk, Worked, start, work
from maskzoo.corpus.fingerprints import Fingerprints
from maskzoo.corpus.funnel import Funnel
from maskzoo.corpus.parallel import ordered_map
from maskzoo.corpus.partitions import Partition, PartitionWriter, merged
from maskzoo.corpus.splitting import SPLITS, splits_of
from maskzoo.corpus.store import DOCUMENT, DROPPED, ParquetStream, tables
from maskzoo.documents.cleaning import boilerplate_of
from maskzoo.documents.record import Record
from maskzoo.errors import UserError
from maskzoo.materials import Unread
from maskzoo.processes import cores, few_collections
from maskzoo.progress import Progress
from maskzoo.recipe.curation import Curation

if TYPE_CHECKING:
    import pyarrow as pa

CHUNK_CHARACTERS = 1 << 19
CHUNK_DOCUMENTS = 1024
SPILL = ("text", "source", "locator", "sha256")


@dataclass(frozen=True)
class Origin:
    """A source as curation sees it: its records and what is written beside each of its documents."""

    name: str
    records: Iterable[Record]
    licence: str
    language: str | None = None


def curate(
    origins: Sequence[Origin],
    target: Path,
    *,
    curation: Curation | None = None,
    evaluation: Evaluation | None = None,
    workers: int | None = None,
    partitions: Sequence[Path] = (),
    made_from: str = "",
) -> dict[str, Any]:
    """Write documents.parquet and dropped.parquet into the folder `target`; return what funnel.json holds.

    The same input gives the same bytes, whatever the number of workers and of partitions. Of duplicates the first in
    the order of `origins` stays.

    Args:
        evaluation: task -> split (validation, test) -> its texts, for decontamination.
        workers: processes for the work on single documents (default: the cores this process may use).
        partitions: folders of all that `curate_partition` made; the records of `origins` are not read then.
        made_from: what the partitions must say they were made from.

    Raises:
        UserError: no document, or no train document, is left; says what took how many. Or a partition is missing, or
            was made from something else.
    """
    settings, index = _settings_and_index(curation, evaluation)
    spill = target / ".spill"
    spill.mkdir(parents=True)
    try:
        run = _Run({origin.name: origin for origin in origins}, settings, target, spill, index)
        workers = workers or cores()
        with ParquetStream(target / "dropped.parquet", DROPPED) as dropped, few_collections():
            run.first_pass(
                dropped,
                merged(partitions, run.settings, made_from)
                if partitions
                else ordered_map(
                    work,
                    _chunks(run.origins, run.settings),
                    workers=workers,
                    start=start,
                    settings=(run.settings, index),
                ),
            )
            run.second_pass(dropped, workers)
    finally:
        shutil.rmtree(spill, ignore_errors=True)
    return run.summary()


def curate_partition(
    origins: Sequence[Origin],
    target: Path,
    *,
    partition: Partition,
    curation: Curation | None = None,
    evaluation: Evaluation | None = None,
    workers: int | None = None,
    made_from: str = "",
) -> int:
    """Do the first pass on the documents of one partition, and write what came of it into the folder `target`.

    Every job reads all records, which is cheap, and works on its own, which is not. Several processes or machines make
    a partition each; `curate` puts them together.

    Args:
        evaluation, workers: as in `curate`.
        made_from: what the partition says it was made from.

    Returns:
        How many documents are in the partition.
    """
    settings, index = _settings_and_index(curation, evaluation)
    settings = _with_redundancy(settings)
    with PartitionWriter(target, partition, made_from) as writer, few_collections():
        chunks = writer.own(_chunks({origin.name: origin for origin in origins}, settings))
        for worked in ordered_map(work, chunks, workers=workers or cores(), start=start, settings=(settings, index)):
            writer.add(worked)
    return writer.documents


def _settings_and_index(
    curation: Curation | None, evaluation: Evaluation | None
) -> tuple[Curation, EvaluationIndex | None]:
    settings = curation or Curation()
    if not evaluation or not settings.decontamination:
        return settings, None
    material = materials.load(settings.material)
    return settings, EvaluationIndex(evaluation, settings.decontamination, material.lookup, material.units_a_word)


def _with_redundancy(settings: Curation) -> Curation:
    """The settings with the near-duplicates that the material looks for."""
    near = {"near": materials.redundancy(settings.material, settings).near}
    return settings.model_copy(update={"deduplication": settings.deduplication.model_copy(update=near)})


class _Run:
    """What one curation carries from pass to pass."""

    def __init__(
        self, origins: dict[str, Origin], settings: Curation, target: Path, spill: Path, index: EvaluationIndex | None
    ) -> None:
        self.origins = origins
        self.redundancy = materials.redundancy(settings.material, settings)
        self.settings = _with_redundancy(settings)
        self.target = target
        self.spill = spill
        self.index = index
        self.report = ContaminationReport(index) if index else None
        self.funnel = Funnel()
        self.personal: Counter[str] = Counter()
        self.changes: Counter[str] = Counter()
        self.fingerprints = Fingerprints(spill, self.settings.deduplication, self.redundancy)
        self.sources = {name: {"documents": 0, "bytes": 0, "read": 0, "bytes_read": 0} for name in origins}
        self.splits = {split: {"documents": 0, "bytes": 0} for split in SPLITS}

    def first_pass(self, dropped: ParquetStream, worked: Iterable[Worked]) -> None:
        """Count what was done to every document alone; spill those that stay, with their digests and signatures."""
        with (
            ParquetStream(self.spill / "documents.parquet", SPILL) as spilled,
            self.fingerprints,
            Progress("curating", unit="B") as bar,
        ):
            for chunk in worked:
                bar.advance(self._count(chunk))
                self._spill(chunk, spilled, dropped)
                self.fingerprints.add(chunk)

    def _count(self, chunk: Worked) -> int:
        """Add up what was read, changed and cleaned, and what no filter dropped; bytes that were read."""
        documents, read, clean = len(chunk.texts), sum(chunk.bytes_read), sum(chunk.bytes_clean)
        out = sum(chunk.bytes_out)
        source = self.sources[chunk.source]
        source["read"] += documents
        source["bytes_read"] += read
        self.funnel.passed("cleaning", read, clean, documents)
        self.funnel.passed("privacy", clean, out, documents)
        self.personal.update(chunk.personal)
        self.changes.update(chunk.changes)
        if self.report:
            for hits in chunk.hits.values():
                self.report.add(hits)
        for stage in ("filters", "decontamination"):
            gone = [chunk.bytes_out[place] for place, why in chunk.dropped.items() if why[0] == stage]
            documents, out = documents - len(gone), out - sum(gone)
            self.funnel.passed(stage, out, out, documents)
        return read

    def _spill(self, chunk: Worked, spilled: ParquetStream, dropped: ParquetStream) -> None:
        """Write what stays aside, and what does not where it belongs."""
        for place in sorted(chunk.dropped):
            row = (chunk.texts[place], chunk.source, chunk.locators[place], chunk.sha256[place])
            self._drop(dropped, chunk.digests[place], row, chunk.bytes_out[place], *chunk.dropped[place])
        texts = chunk.left(chunk.texts)
        columns = [
            texts,
            [chunk.source] * len(texts),
            *(chunk.left(column) for column in (chunk.locators, chunk.sha256)),
        ]
        spilled.add_columns(columns, sum(chunk.left(chunk.bytes_out)))

    def _drop(
        self,
        dropped: ParquetStream,
        digest: bytes,
        row: tuple[str, ...],
        size: int,
        stage: str,
        reason: str,
        detail: str,
    ) -> None:
        text, source, locator, sha256 = row
        origin = self.origins[source]
        self.funnel.dropped(stage, reason, size, f"{source} {locator}: {detail}")
        dropped.add(digest.hex(), text, source, origin.licence, origin.language, locator, sha256, stage, reason, detail)

    def second_pass(self, dropped: ParquetStream, workers: int) -> None:
        """Copy the documents that repeat no other one, with their split."""
        originals = self.fingerprints.originals(workers)
        alone = originals.alone
        start = 0
        with ParquetStream(self.target / "documents.parquet", DOCUMENT) as documents:
            for table in tables(self.spill / "documents.parquet", SPILL):
                end = start + table.num_rows
                documents.add_table(self._kept(table, originals.digests[start:end], alone[start:end]))
                for place in np.flatnonzero(~alone[start:end]).tolist():
                    row = tuple(column[place].as_py() for column in table.columns)
                    stage, reason, detail = originals.why(start + place)
                    size = len(row[0].encode())
                    if stage == "near_duplicates":
                        self.funnel.passed("exact_duplicates", size, size)
                    self._drop(dropped, originals.digests[start + place].tobytes(), row, size, stage, reason, detail)
                start = end
        self._refuse_emptiness()

    def _kept(self, table: "pa.Table", digests: NDArray[np.uint64], alone: NDArray[np.bool_]) -> "pa.Table":
        """The rows that stay, as they are written, with their split; they are counted."""
        import pyarrow as pa
        import pyarrow.compute as pc

        table = table.filter(pa.array(alone))
        raw = digests[alone].tobytes()
        splits = splits_of(raw, self.settings.split)
        sizes = pc.binary_length(table.column("text")).to_numpy()
        source = table.column("source").combine_chunks().dictionary_encode()
        names, which = source.dictionary.to_pylist(), source.indices.to_numpy()
        for labels, column, counts in ((names, which, self.sources), (SPLITS, splits, self.splits)):
            documents = np.bincount(column, minlength=len(labels)).tolist()
            bytes_ = np.bincount(column, weights=sizes, minlength=len(labels)).tolist()
            for name, many, much in zip(labels, documents, bytes_, strict=True):
                counts[name]["documents"] += many
                counts[name]["bytes"] += int(much)
        for stage in ("exact_duplicates", "near_duplicates"):
            self.funnel.passed(stage, int(sizes.sum()), int(sizes.sum()), len(sizes))
        digits = raw.hex()

        def of_sources(value: Callable[[Origin], str | None]) -> Any:
            return pa.array([value(self.origins[name]) for name in names], pa.string()).take(source.indices)

        written = {
            "id": pa.array([digits[place : place + 32] for place in range(0, len(digits), 32)], pa.string()),
            "text": table.column("text"),
            "source": table.column("source"),
            "licence": of_sources(lambda origin: origin.licence),
            "language": of_sources(lambda origin: origin.language),
            "locator": table.column("locator"),
            "sha256": table.column("sha256"),
            "split": pa.array(SPLITS, pa.string()).take(pa.array(splits)),
        }
        return pa.table(list(written.values()), names=list(written))

    def _refuse_emptiness(self) -> None:
        read = sum(source["read"] for source in self.sources.values())
        where = f"corpus of {len(self.origins)} source(s): {', '.join(self.origins)}"
        if not read:
            raise UserError("the sources hold no document", where=where, expected="at least one")
        if not any(split["documents"] for split in self.splits.values()):
            raise UserError(
                f"no document is left of {read}",
                where=where,
                hint=f"{self.funnel.losses()}; loosen the filter that took most under corpus in domain.yaml",
            )
        if not self.splits["train"]["documents"]:
            left = sum(split["documents"] for split in self.splits.values())
            raise UserError(
                f"no document is left for training: all {left} went to validation and test",
                where=where,
                hint=f"{self.funnel.losses()}; add documents or lower corpus.split.validation and .test",
            )

    def summary(self) -> dict[str, Any]:
        """What funnel.json holds, but for the provenance."""
        kinds = self.settings.privacy.scrub if self.settings.privacy else ()
        return {
            "stages": self.funnel.as_list(),
            "sources": {
                name: {**self.sources[name], "licence": origin.licence, "language": origin.language}
                for name, origin in self.origins.items()
            },
            "decontamination": self.report.result() if self.report else {},
            "privacy": {kind: self.personal[kind] for kind in kinds},
            **({"parts": self.fingerprints.part_counts} if self.settings.deduplication.parts else {}),
            **({"redundancy": dict(self.redundancy.said)} if self.redundancy.said else {}),
            "changes": dict(sorted(self.changes.items())),
            "splits": self.splits,
        }


def _chunks(origins: Mapping[str, Origin], settings: Curation) -> Iterator[Chunk]:
    """The documents of all sources in order, some hundred kilobytes at a time."""
    uses_fields = materials.load(settings.material).USES_FIELDS
    for origin in origins.values():
        boilerplate, records = boilerplate_of(origin.records, settings.cleaning.boilerplate_repeats)
        documents: list[Unread] = []
        characters = 0
        for record in records:
            fields = {"licence": origin.licence, **record.fields} if uses_fields else {}
            documents.append(
                Unread(record.text, origin.name, record.locator, record.sha256, record.undecodable, fields)
            )
            characters += len(record.text)
            if characters >= CHUNK_CHARACTERS or len(documents) >= CHUNK_DOCUMENTS:
                yield Chunk(documents, boilerplate)
                documents, characters = [], 0
        if documents:
            yield Chunk(documents, boilerplate)
