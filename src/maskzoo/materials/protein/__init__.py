"""Protein: sequences of amino-acid letters; a unit is a residue, and what repeats is decided by identity."""

from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b

from maskzoo.documents.words import Hashes
from maskzoo.materials import Prepared, Redundancy, Unread, Wording
from maskzoo.materials.protein import letters, relatives
from maskzoo.materials.protein.relatives import GROUPINGS, leaks
from maskzoo.materials.protein.settings import PRESETS, Settings
from maskzoo.recipe.curation import Curation

__all__ = [
    "GROUPINGS",
    "PRESETS",
    "USES_FIELDS",
    "WORDING",
    "Settings",
    "key",
    "leaks",
    "lookup",
    "prepare",
    "redundancy",
    "task_text",
    "units_a_word",
]

WORDING = Wording(
    "residue",
    "",
    lambda text, most: tuple(text[:most]),
    within_word=False,
    example="MKTAYIAKQRQISFVK{mask}HFSRQLEERLGLIEVQ",
    same="same sequence",
    holds="hold a whole sequence",
)
USES_FIELDS = False
TASK_SETTINGS = Settings()  # of which the mapping of rare letters counts
NOTHING: Counter[str] = Counter()


def prepare(documents: Sequence[Unread], *, settings: Curation, boilerplate: frozenset[str]) -> list[Prepared]:
    """Cleaned as `corpus.protein` says and held against its limits; boilerplate is a matter of text."""
    raw = [document.text for document in documents]
    result = letters.cleaned(raw, settings.own)
    changes = result.changes.get
    columns = zip(documents, raw, result.texts, letters.hashes(result.texts), result.verdicts, strict=True)
    return [
        Prepared(
            text=text if verdict is None else read,
            bytes_read=len(read),
            bytes_clean=len(text) if verdict is None else len(read.encode()),
            units=units,
            lookup=units,
            identity=blake2b(text.encode(), digest_size=16).digest(),
            verdict=verdict,
            personal=NOTHING,
            changes=changes(number, NOTHING),
        )
        for number, (document, read, text, units, found) in enumerate(columns)
        for verdict in (("undecodable", "bytes that are no text") if document.undecodable else found,)
    ]


def redundancy(settings: Curation) -> Redundancy:
    """By MMseqs2 or residue k-mers, as `corpus.protein.redundancy` asks; else by `deduplication.near`."""
    asked = settings.own.redundancy
    return Redundancy(near=settings.deduplication.near) if asked is None else relatives.redundancy(asked)


def lookup(text: str) -> Hashes:
    """A hash for each residue, `(residues,)`."""
    return letters.hashes([letters.cleaned([text], TASK_SETTINGS).texts[0]])[0]


def units_a_word(text: str) -> int:
    """1: lengths are given in units."""
    return 1


def key(text: str) -> str:
    """The cleaned sequence."""
    return letters.cleaned([text], TASK_SETTINGS).texts[0]


def task_text(text: str) -> str | None:
    """The cleaned sequence; None where a letter is outside the alphabet."""
    return letters.sequence(text, TASK_SETTINGS.map)
