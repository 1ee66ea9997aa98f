"""What a corpus is made of: one module a material, found by its name, and what every other stage asks of it.

A material says how a document is cleaned and judged, which units overlap is decided on, when two documents are the
same, what a task's text looks like to a model, and how examples group so that a split cannot leak. All code that exists
for one material only lives in its package; its classical baselines in `<material>/baselines/`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from maskzoo import registry
from maskzoo.documents.record import Record
from maskzoo.documents.words import Hashes
from maskzoo.recipe.curation import Curation, NearDuplicates
from maskzoo.recipe.task import Make

Grouping = Callable[[Sequence[str]], list[str]]


@dataclass(slots=True)
class Unread:
    """A document as its source gave it.

    Attributes:
        fields: what the source's `read.fields` asked for; empty unless the material has `USES_FIELDS`.
    """

    text: str
    source: str
    locator: str
    sha256: str
    undecodable: bool
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Prepared:
    """A document cleaned and judged by its own text alone.

    Attributes:
        text: what stays in the corpus (or, where `verdict` drops it, beside it).
        bytes_read: UTF-8 bytes as it was read; bytes_clean: after cleaning, before personal data was taken out.
        units: a hash for every unit in order, uint64 `(units,)`: what shingles of near-duplicates are made of.
        lookup: the same for decontamination, as read: what was cut out must not hide an evaluation text.
        identity: 16 bytes that two documents share exactly when one is a duplicate of the other.
        verdict: (reason, detail) where the document is dropped.
        personal: kind -> pieces of personal data replaced.
        changes: what else was altered -> how often, for the funnel.
        parts: the units of parts that may be copied alone, such as functions, where `deduplication.parts` asks.
    """

    text: str
    bytes_read: int
    bytes_clean: int
    units: Hashes
    lookup: Hashes
    identity: bytes
    verdict: tuple[str, str] | None
    personal: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)
    parts: Sequence[Hashes] = ()


@dataclass(frozen=True)
class Wording:
    """How the material is counted and shown.

    Attributes:
        unit: what pseudo-perplexity is counted by: word, residue, character.
        joiner: what stands between two units.
        units: the first so many units of a text; joined they are its beginning.
        within_word: whether a scored token hides the later pieces of its word, so that many pieces are no advantage.
        example: something to fill in, with `{mask}`; empty where the domain's summary serves.
        same: what exact duplicates have in common.
        holds: what a document does that an evaluation text was found in whole.
    """

    unit: str
    joiner: str
    units: Callable[[str, int], tuple[str, ...]]
    within_word: bool = True
    example: str = ""
    same: str = "same words"
    holds: str = "hold a whole text"


@dataclass(frozen=True)
class Redundancy:
    """How documents that repeat others, but are not equal, are found.

    Attributes:
        near: by MinHash over units; None: not so.
        find: by a tool of the field: texts in order and a number of threads -> for each the index of the one that
            stands for it, or its own, `(documents,)` int32.
        said: what ran and at which settings, for funnel.json.
        detail: what is said of a document that `find` drops; `{0}` is the one that stays.
    """

    near: NearDuplicates | None = None
    find: Callable[[Iterable[str], int], NDArray[np.int32]] | None = None
    said: Mapping[str, Any] = field(default_factory=dict)
    detail: str = "like {0}"


class Maker(Protocol):
    """A module that makes examples of a task from documents.

    Attributes:
        FIELDS: what its records have beside the fields of those they were made from.
    """

    FIELDS: tuple[str, ...]

    def make(self, records: Iterable[Record], settings: Make) -> Iterator[Record]:
        """Examples as records; the same documents give the same examples."""


class Material(Protocol):
    """What a module of this package offers.

    Attributes:
        WORDING: how it is counted and shown.
        USES_FIELDS: whether `prepare` looks at the fields of a record (they travel to other processes).
        GROUPINGS: names for `split.by` -> a function from texts to the group of each.
    """

    WORDING: Wording
    USES_FIELDS: bool
    GROUPINGS: Mapping[str, Grouping]

    def prepare(
        self, documents: Sequence[Unread], *, settings: Curation, boilerplate: frozenset[str]
    ) -> list[Prepared]:
        """All that is decided about consecutive documents of one source, in their order."""

    def lookup(self, text: str) -> Hashes:
        """The units of an evaluation text, as `Prepared.lookup` has them, `(units,)`."""

    def units_a_word(self, text: str) -> int:
        """How many units of `lookup` stand for a word where lengths are given in words; 1 where a unit is one."""

    def key(self, text: str) -> str:
        """What makes two examples of a task the same."""

    def task_text(self, text: str) -> str | None:
        """What a model reads of a task's example; None where the material cannot use it."""


def redundancy(name: str, settings: Curation) -> Redundancy:
    """How near-duplicates of a material are found: as its own `redundancy(settings)` says, where it has one.

    Raises:
        UserError: a tool that is asked for is not installed.
    """
    own = getattr(load(name), "redundancy", None)
    return cast(Redundancy, own(settings)) if own else Redundancy(near=settings.deduplication.near)


def reason_title(reason: str, material: str) -> str:
    """Why documents were dropped, as people read it: `same_words` are the same molecule where molecules are read."""
    return load(material).WORDING.same if reason == "same_words" else reason.replace("_", " ")


def load(name: str) -> Material:
    """The material of that name.

    Raises:
        UserError: no such material; names the nearest one.
    """
    return cast(Material, registry.load("materials", name))


def makers(name: str) -> Mapping[str, Maker]:
    """The makers of a material by their names; empty where it has none."""
    return cast(Mapping[str, Maker], getattr(load(name), "MAKERS", {}))
