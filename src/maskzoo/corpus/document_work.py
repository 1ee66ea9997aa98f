"""All that is decided about a document from its own text alone: the work that is shared out to processes."""

from collections import Counter
from dataclasses import dataclass

from maskzoo.corpus.cleaning import decodable, first_objection, measure, normalise, without_lines
from maskzoo.corpus.decontamination import EvaluationIndex, Hits
from maskzoo.corpus.near_duplicates import Signatures, shingles, signatures
from maskzoo.corpus.privacy import scrub
from maskzoo.corpus.words import Hashes, digest, hashes, words
from maskzoo.recipe.curation import Curation


@dataclass(slots=True)
class Unread:
    """A document as its source gave it."""

    text: str
    source: str
    locator: str
    sha256: str
    undecodable: bool


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
    dropped: tuple[str, str, str] | None
    hits: Hits | None


@dataclass(slots=True)
class WorkedChunk:
    """`signatures` has one row for each document that was not dropped, `(kept, permutations)`."""

    documents: list[Worked]
    signatures: Signatures | None


class _State:
    settings: Curation
    index: EvaluationIndex | None


def start(settings: Curation, index: EvaluationIndex | None) -> None:
    """Give this process what it needs for `work`."""
    _State.settings = settings
    _State.index = index


def work(chunk: Chunk) -> WorkedChunk:
    """Clean, scrub, filter, check against the evaluation data, and sign the documents of one chunk."""
    near = _State.settings.deduplication.near
    documents: list[Worked] = []
    kept: list[Hashes] = []
    for unread in chunk.documents:
        worked, hashed = _one(unread, chunk.boilerplate)
        documents.append(worked)
        if near and worked.dropped is None:
            kept.append(shingles(hashed, near.shingle))
    return WorkedChunk(documents, signatures(kept, near.permutations) if near else None)


def _one(unread: Unread, boilerplate: frozenset[str]) -> tuple[Worked, Hashes]:
    settings = _State.settings
    repaired = decodable(unread.text)
    raw = unread.text if repaired is None else repaired
    whole = normalise(raw)
    clean = without_lines(whole, boilerplate)
    text, personal = clean, Counter[str]()
    if settings.privacy:
        text, personal = scrub(clean, settings.privacy.scrub, settings.privacy.regions)
    found = words(text)
    hashed = hashes(found)
    measured = measure(text, len(found), undecodable=unread.undecodable or repaired is not None)
    verdict = first_objection(measured, settings.cleaning)
    dropped = ("filters", *verdict) if verdict else None
    hits = None
    if dropped is None and _State.index is not None:
        # looked up as it was read: neither a line nor a number taken out may hide an evaluation text
        hits = _State.index.hits(hashed if text == whole else hashes(words(whole)))
        if hits:
            dropped = ("decontamination", *_State.index.verdict(hits))
    worked = Worked(
        text=text,
        source=unread.source,
        locator=unread.locator,
        sha256=unread.sha256,
        digest=digest(found),
        bytes_read=len(raw.encode()),
        bytes_clean=len(clean.encode()),
        bytes_out=len(text.encode()),
        personal=personal,
        dropped=dropped,
        hits=hits or None,
    )
    return worked, hashed
