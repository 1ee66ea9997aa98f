"""What duplicates are found from, some tens of bytes a document, and what is found: which document repeats which."""

from array import array
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import compress
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from maskzoo.corpus.document_work import Worked
from maskzoo.corpus.duplicates import first_of_equals
from maskzoo.corpus.part_duplicates import Repeats, repeated_documents
from maskzoo.corpus.store import StringFile, rows
from maskzoo.documents.near_duplicates import SignatureFile, kept_originals
from maskzoo.materials import Redundancy
from maskzoo.recipe.curation import Deduplication

Numbers = NDArray[np.int32]
FILES = ("digests", "signatures", "part_signatures")


@dataclass(frozen=True)
class Originals:
    """For each document that the first pass left, the one that stands for it, its own number where it stays.

    Attributes:
        digests: `(documents, 2)` uint64.
        equal, near, original: by same words, by likeness, and by whatever found it first, `(documents,)`.
        similarity: estimated Jaccard with `near`, `(documents,)`.
        parts: what of each repeats parts of earlier ones; None: not compared.
        name: what a document that stays is called in the detail of one that does not.
        detail: of those that a tool of the field found alike; None: MinHash found them.
    """

    digests: NDArray[np.uint64]
    equal: Numbers
    near: Numbers
    original: Numbers
    similarity: NDArray[np.float32]
    parts: Repeats | None
    name: Callable[[int], str]
    detail: str | None

    @property
    def alone(self) -> NDArray[np.bool_]:
        """Which documents stay."""
        stays: NDArray[np.bool_] = self.original == np.arange(len(self.original))
        return stays

    def why(self, number: int) -> tuple[str, str, str]:
        """Stage, reason and detail of a document that does not stay."""
        other = self.name(int(self.original[number]))
        if self.equal[number] != number:
            return "exact_duplicates", "same_words", f"same words as {other}"
        if self.near[number] == number and self.parts:
            share, repeated = self.parts.share[number], self.parts.repeated[number]
            of = f"{repeated} part(s) of earlier documents, most of them of {other}"
            return "near_duplicates", "repeated_parts", f"{share:.0%} of it in {of}"
        alike = self.detail and self.detail.format(other)
        return "near_duplicates", "similar", alike or f"estimated Jaccard {self.similarity[number]:.2f} with {other}"


class Fingerprints:
    """Digests, signatures and sizes of the documents that the first pass leaves, in files beside their texts.

    Args:
        spill: the folder of those files, with `documents.parquet`, which has the texts and where they are from.
    """

    def __init__(self, spill: Path, settings: Deduplication, redundancy: Redundancy) -> None:
        self.spill, self.settings, self.redundancy = spill, settings, redundancy
        self.part_counts = {"parts": 0, "repeated": 0}
        self._files = ExitStack()
        files = (self._files.enter_context((spill / name).open("wb")) for name in FILES)
        self._digests, self._signatures, self._part_signatures = files
        self._units, self._parts, self._part_units = array("i"), array("i"), array("i")

    def add(self, chunk: Worked) -> None:
        """Those of a chunk's documents that were not dropped."""
        self._digests.write(b"".join(chunk.left(chunk.digests)))
        if self.settings.parts:
            self._units.extend(chunk.left(chunk.units))
            for sizes in chunk.left(chunk.part_units):
                self._parts.append(len(sizes))
                self._part_units.extend(sizes)
        for file, signed in ((self._signatures, chunk.signatures), (self._part_signatures, chunk.part_signatures)):
            if signed is not None:
                file.write(signed.tobytes())

    def __enter__(self) -> "Fingerprints":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._files.close()

    def originals(self, workers: int) -> Originals:
        """Which document repeats which; the files must be closed."""
        digests = np.fromfile(self.spill / "digests", dtype=np.uint64).reshape(-1, 2)
        itself = np.arange(len(digests), dtype=np.int32)
        equal = first_of_equals(digests) if self.settings.exact else itself
        near, similarity = self._alike(equal, workers)
        parts = self._repeats((equal == near) & (equal == itself))
        sharing = itself if parts is None else parts.original
        original = np.where(equal != itself, equal, np.where(near != itself, near, sharing))
        name = self._names(digests, np.unique(original[original != itself]))
        detail = self.redundancy.detail if self.redundancy.find else None
        return Originals(digests, equal, near, original, similarity, parts, name, detail)

    def _alike(self, equal: Numbers, workers: int) -> tuple[Numbers, NDArray[np.float32]]:
        """For each document the one it resembles (else itself), and how much."""
        itself = np.arange(len(equal), dtype=np.int32)
        first = equal == itself
        if self.redundancy.find and len(equal):
            spilled = rows(self.spill / "documents.parquet", ("text",))
            texts = (row[0] for row, kept in zip(spilled, first, strict=True) if kept)
            alive, resembled = np.flatnonzero(first), itself.copy()
            resembled[alive] = alive[self.redundancy.find(texts, workers)]
            return resembled, np.ones(len(equal), dtype=np.float32)
        near = self.redundancy.near
        if near is None or not len(equal):
            return itself, np.ones(len(equal), dtype=np.float32)
        signatures = SignatureFile(self.spill / "signatures", near.permutations)
        return kept_originals(signatures, near.threshold, np.flatnonzero(first).astype(np.int32))

    def _repeats(self, alive: NDArray[np.bool_]) -> Repeats | None:
        """What parts of documents repeat, among those that are no copies as wholes."""
        settings = self.settings.parts
        if settings is None or not self._part_units:
            return None
        counts = np.asarray(self._parts, dtype=np.int32)
        found = repeated_documents(
            SignatureFile(self.spill / "part_signatures", settings.permutations),
            np.repeat(np.arange(len(counts), dtype=np.int32), counts),
            np.asarray(self._part_units, dtype=np.int32),
            np.asarray(self._units, dtype=np.int32),
            alive,
            threshold=settings.threshold,
            share=settings.share,
        )
        self.part_counts = {"parts": int(counts[alive].sum()), "repeated": int(found.repeated.sum())}
        return found

    def _names(self, digests: NDArray[np.uint64], wanted: Numbers) -> Callable[[int], str]:
        """A document's digest and its place, read from disk."""
        places = StringFile(self.spill / "places")
        kept = np.zeros(len(digests), dtype=bool)
        kept[wanted] = True
        if len(wanted):
            found = rows(self.spill / "documents.parquet", ("source", "locator"))
            for source, locator in compress(found, kept):
                places.add(f"{source} {locator}")

        def name(number: int) -> str:
            return f"{digests[number].tobytes().hex()} ({places[int(np.searchsorted(wanted, number))]})"

        return name
