"""How often each entry of the vocabulary occurs in a corpus: in all, and in how many documents."""

from collections.abc import Iterable
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from maskzoo.masking.common.table import Corpus, Table, ordinary_counts


class Counts(Table):
    """Occurrences of every entry; 0 for special tokens."""

    KIND: ClassVar[str] = "counts"
    PER: ClassVar[Literal["token", "entry"]] = "entry"

    def make(self, corpus: Corpus, notes: dict[str, Any]) -> Iterable[NDArray[np.float64]]:
        """All entries in one piece."""
        counts = ordinary_counts(corpus)
        notes["tokens"], notes["entries_seen"] = int(counts.sum()), int((counts > 0).sum())
        yield counts.astype(np.float64)


class InverseDocumentFrequency(Table):
    """log(1 + (N - n + 0.5) / (n + 0.5)) for the n of N documents that hold an entry, as in BM25; never negative."""

    KIND: ClassVar[str] = "idf"
    PER: ClassVar[Literal["token", "entry"]] = "entry"

    def make(self, corpus: Corpus, notes: dict[str, Any]) -> Iterable[NDArray[np.float64]]:
        """All entries in one piece; 0 for special tokens."""
        found = np.zeros(corpus.vocabulary, dtype=np.int64)
        offsets = corpus.offsets
        for start, ids in corpus.pieces():
            document = np.searchsorted(offsets, np.arange(start, start + len(ids)), side="right")
            pairs = np.unique(document * corpus.vocabulary + ids)
            found += np.bincount(pairs % corpus.vocabulary, minlength=corpus.vocabulary)
        documents = len(offsets) - 1
        idf = np.log1p((documents - found + 0.5) / (found + 0.5))
        idf[corpus.special_ids] = 0.0
        notes["documents"] = documents
        yield idf
