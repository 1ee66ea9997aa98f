"""All that is decided about a document from its own text alone: the work that is shared out to processes."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from maskzoo import materials
from maskzoo.corpus.decontamination import EvaluationIndex, Hits
from maskzoo.documents.near_duplicates import Signatures
from maskzoo.documents.words import Hashes
from maskzoo.materials import Material, Prepared, Unread
from maskzoo.recipe.curation import Curation

PART_SHINGLE = 3
Entry = TypeVar("Entry")
NOTHING: Hashes = np.empty(0, dtype=np.uint64)


@dataclass(slots=True)
class Chunk:
    """Consecutive documents of one source, and the lines that this source repeats."""

    documents: list[Unread]
    boilerplate: frozenset[str]


@dataclass(slots=True)
class Worked:
    """The documents of a chunk, cleaned and scrubbed: no personal data in `texts`. Columns, one entry a document.

    Attributes:
        source: of all of them.
        digests: 16 bytes that two documents share exactly when one duplicates the other.
        bytes_read, bytes_clean, bytes_out: UTF-8 as read, after cleaning, and of `texts`.
        units: of each, where parts are compared; of its long parts in `part_units`.
        dropped: place in the chunk -> (stage, reason, detail).
        hits: place in the chunk -> what the document shares with evaluation data, of those that share something.
        personal, changes: added up.
        signatures: one row for each document that was not dropped, `(kept, permutations)`.
        part_signatures: one for each of their parts in `part_units`.
    """

    source: str
    texts: list[str]
    locators: list[str]
    sha256: list[str]
    digests: list[bytes]
    bytes_read: list[int]
    bytes_clean: list[int]
    bytes_out: list[int]
    units: list[int]
    part_units: list[list[int]]
    dropped: dict[int, tuple[str, str, str]]
    hits: dict[int, Hits]
    personal: Counter[str]
    changes: Counter[str]
    signatures: Signatures | None
    part_signatures: Signatures | None

    def left(self, column: Sequence[Entry]) -> list[Entry]:
        """A column without the documents that were dropped."""
        if not self.dropped:
            return list(column)
        return [entry for place, entry in enumerate(column) if place not in self.dropped]


class _State:
    settings: Curation
    index: EvaluationIndex | None
    material: Material


def start(settings: Curation, index: EvaluationIndex | None) -> None:
    """Give this process what it needs for `work`."""
    _State.settings = settings
    _State.index = index
    _State.material = materials.load(settings.material)


def work(chunk: Chunk) -> Worked:
    """Clean and filter the documents of one chunk, check them against the evaluation data, and sign them."""
    from maskzoo.documents.minhash import signatures

    settings, documents = _State.settings, chunk.documents
    near, parts = settings.deduplication.near, settings.deduplication.parts
    prepared = _State.material.prepare(documents, settings=settings, boilerplate=chunk.boilerplate)
    dropped, hits = _verdicts(prepared)
    stays = [one for place, one in enumerate(prepared) if place not in dropped] if dropped else prepared
    long = [[part for part in one.parts if len(part) >= parts.min_units] for one in prepared] if parts else []
    kept_parts = [part for place, some in enumerate(long) if place not in dropped for part in some]
    texts = [one.text for one in prepared]
    return Worked(
        source=documents[0].source,
        texts=texts,
        locators=[unread.locator for unread in documents],
        sha256=[unread.sha256 for unread in documents],
        digests=[one.identity for one in prepared],
        bytes_read=[one.bytes_read for one in prepared],
        bytes_clean=[one.bytes_clean for one in prepared],
        bytes_out=[len(text) if text.isascii() else len(text.encode()) for text in texts],
        units=[len(one.units) for one in prepared] if parts else [],
        part_units=[[len(part) for part in some] for some in long],
        dropped=dropped,
        hits=hits,
        personal=_sum(one.personal for one in prepared),
        changes=_sum(one.changes for one in prepared),
        signatures=signatures([one.units for one in stays], near.permutations, near.shingle) if near else None,
        part_signatures=signatures(kept_parts, parts.permutations, PART_SHINGLE) if parts else None,
    )


def _verdicts(prepared: Sequence[Prepared]) -> tuple[dict[int, tuple[str, str, str]], dict[int, Hits]]:
    """Which documents are dropped and why, and what was hit in any of them."""
    dropped = {place: ("filters", *one.verdict) for place, one in enumerate(prepared) if one.verdict}
    index = _State.index
    if index is None:
        return dropped, {}
    # a document that a filter drops is looked up nowhere
    looked_up = [NOTHING if one.verdict else one.lookup for one in prepared]
    found = {place: hits for place, hits in enumerate(index.hits_of(looked_up)) if hits}
    dropped |= {place: ("decontamination", *index.verdict(hits)) for place, hits in found.items()}
    return dropped, found


def _sum(counters: Iterable[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for counter in counters:
        if counter:
            total.update(counter)
    return total
