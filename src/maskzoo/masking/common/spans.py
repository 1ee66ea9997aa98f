"""Which tokens belong to which spans of a text, as a column: 0 outside, else 2 * kind + 1 where a span begins, 2 * kind
inside it; kinds are numbered from 1."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from maskzoo.errors import UserError
from maskzoo.masking.common.table import Corpus, Needed, Table
from maskzoo.masking.common.tagger import Span, Tagger, Tagging
from maskzoo.masking.common.words import Document, encoded

MOST_KINDS = 127
TOGETHER = 256  # documents tagged at a time


class Spans(Table):
    """Spans of taggers; where two overlap, that of the earlier tagger stays."""

    KIND: ClassVar[str] = "spans"
    PER: ClassVar[Literal["token", "entry"]] = "token"
    NEEDS: ClassVar[frozenset[Needed]] = frozenset({"documents"})

    taggers: tuple[Tagger, ...]
    kinds: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(tagger.source for tagger in self.taggers)

    def taggings(self, corpus: Corpus) -> list[Tagging]:
        """The taggers as functions."""
        return [tagger.tagging(corpus.files[tagger.source]) for tagger in self.taggers]

    def make(self, corpus: Corpus, notes: dict[str, Any]) -> Iterable[NDArray[np.uint8]]:
        """One piece a document.

        Raises:
            UserError: more kinds than a byte tells apart, or not one of those that are wanted is ever found.
        """
        taggings = self.taggings(corpus)
        numbers = {kind: number for number, kind in enumerate(self.kinds, start=1)}
        found: dict[str, int] = {}
        documents = encoded(corpus)
        while some := list(islice(documents, TOGETHER)):
            texts = [document.text for document in some]
            tagged = [tagging(texts) for tagging in taggings]
            for place, document in enumerate(some):
                spans = without_overlap([spans[place] for spans in tagged])
                if self.kinds:
                    spans = [span for span in spans if span[2] in numbers]
                for _, _, kind in spans:
                    numbers.setdefault(kind, len(numbers) + 1)
                    found[kind] = found.get(kind, 0) + 1
                if len(numbers) > MOST_KINDS:
                    raise UserError(f"more than {MOST_KINDS} kinds of spans", hint="name those that are wanted: kinds")
                yield column(document, spans, numbers)
        if not found:
            wanted = f" of {', '.join(self.kinds)}" if self.kinds else ""
            raise UserError(f"the tagger found no span{wanted} in the corpus")
        notes["kinds"], notes["spans"] = numbers, dict(sorted(found.items()))


def without_overlap(by_tagger: Sequence[Sequence[Span]]) -> list[Span]:
    """The spans of all taggers in the order of the text, but for those that overlap one of an earlier tagger."""
    kept: list[Span] = []
    for spans in by_tagger:
        kept += [one for one in spans if not any(one[0] < other[1] and other[0] < one[1] for other in kept)]
    return sorted(kept)


def column(document: Document, spans: Sequence[Span], numbers: dict[str, int]) -> NDArray[np.uint8]:
    """The bytes of a document's tokens, (tokens,); a token that shows characters of two spans belongs to the first."""
    values = np.zeros(len(document.ids), dtype=np.uint8)
    starts, ends = np.asarray(document.offsets, dtype=np.int64).reshape(-1, 2).T
    visible = np.flatnonzero(ends > starts)  # not the special tokens
    for start, end, kind in spans:
        inside = visible[(starts[visible] < end) & (ends[visible] > start)]
        if len(inside):  # with what shows nothing in between, as byte-level pieces of a space do
            inside = np.arange(inside[0], inside[-1] + 1)
        inside = inside[values[inside] == 0]
        if len(inside):
            values[inside] = 2 * numbers[kind]
            values[inside[0]] += 1
    return values
