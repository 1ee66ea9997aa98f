"""All that is decided about a document from its own text alone: the work that is shared out to processes."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from maskzoo import materials
from maskzoo.corpus.decontamination import EvaluationIndex, Hits
from maskzoo.corpus.near_duplicates import Signatures, shingles, signatures
from maskzoo.corpus.words import Hashes
from maskzoo.materials import Material, Prepared, Unread
from maskzoo.recipe.curation import Curation

PART_SHINGLE = 3


@dataclass(slots=True)
class Chunk:
    """Consecutive documents of one source, and the lines that this source repeats."""

    documents: list[Unread]
    boilerplate: frozenset[str]


@dataclass(slots=True)
class Worked:
    """A cleaned and scrubbed document: no personal data in `text`. `dropped` is (stage, reason, detail)."""

    text: str
    source: str
    locator: str
    sha256: str
    digest: bytes
    bytes_read: int
    bytes_clean: int
    bytes_out: int
    personal: Counter[str]
    changes: Counter[str]
    dropped: tuple[str, str, str] | None
    hits: Hits | None
    units: int
    part_units: list[int]


@dataclass(slots=True)
class WorkedChunk:
    """`signatures` has one row for each document that was not dropped, `(kept, permutations)`.

    `part_signatures` has one for each of their parts that is long enough, as `Worked.part_units` counts them.
    """

    documents: list[Worked]
    signatures: Signatures | None
    part_signatures: Signatures | None


class _State:
    settings: Curation
    index: EvaluationIndex | None
    material: Material


def start(settings: Curation, index: EvaluationIndex | None) -> None:
    """Give this process what it needs for `work`."""
    _State.settings = settings
    _State.index = index
    _State.material = materials.load(settings.material)


def work(chunk: Chunk) -> WorkedChunk:
    """Clean and filter the documents of one chunk, check them against the evaluation data, and sign them."""
    settings = _State.settings
    near, parts = settings.deduplication.near, settings.deduplication.parts
    prepared = _State.material.prepare(chunk.documents, settings=settings, boilerplate=chunk.boilerplate)
    if _State.index is None:
        hits = [Hits()] * len(prepared)
    else:  # a document that a filter drops is looked up nowhere
        empty = np.empty(0, dtype=np.uint64)
        hits = _State.index.hits_of([empty if one.verdict else one.lookup for one in prepared])
    documents: list[Worked] = []
    kept: list[Hashes] = []
    kept_parts: list[Hashes] = []
    for unread, one, found in zip(chunk.documents, prepared, hits, strict=True):
        long = [part for part in one.parts if len(part) >= parts.min_units] if parts else []
        worked = _checked(unread, one, long, found)
        documents.append(worked)
        if worked.dropped is None:
            kept_parts += [shingles(part, PART_SHINGLE) for part in long]
        if near and worked.dropped is None:
            kept.append(shingles(one.units, near.shingle))
    return WorkedChunk(
        documents,
        signatures(kept, near.permutations) if near else None,
        signatures(kept_parts, parts.permutations) if parts else None,
    )


def _checked(unread: Unread, prepared: Prepared, parts: list[Hashes], hits: Hits) -> Worked:
    dropped = ("filters", *prepared.verdict) if prepared.verdict else None
    if hits:
        assert _State.index is not None, "there are hits"
        dropped = ("decontamination", *_State.index.verdict(hits))
    return Worked(
        text=prepared.text,
        source=unread.source,
        locator=unread.locator,
        sha256=unread.sha256,
        digest=prepared.identity,
        bytes_read=prepared.bytes_read,
        bytes_clean=prepared.bytes_clean,
        bytes_out=len(prepared.text) if prepared.text.isascii() else len(prepared.text.encode()),
        personal=prepared.personal,
        changes=prepared.changes,
        dropped=dropped,
        hits=hits or None,
        units=len(prepared.units),
        part_units=[len(part) for part in parts],
    )
