"""What a policy must know of a corpus beforehand, made once by `maskzoo masking-tables` and kept.

A table is named by its kind and its settings; together with the checksum of the tokens (and of what else it is made
from) they decide its content, and so the name of its file.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from maskzoo.errors import UserError
from maskzoo.strict import Strict
from maskzoo.tokenization.shards import Shards

TOKENS = 2**20  # looked at together where a corpus is read in pieces
Needed = Literal["documents", "base"]


@dataclass(frozen=True)
class Corpus:
    """What tables are made from: the train split of packed tokens, and where its documents and models are.

    Attributes:
        shards: the packed tokens.
        documents: the parquet file that they were made from.
        tokenizer: the folder of the tokenizer that made them.
        base: the checkpoint that the variant starts from, where a table asks for it.
        files: what a table names itself (a lexicon, a tagger, a task) -> where it is.
    """

    shards: Shards
    documents: Path
    tokenizer: Path
    base: Path | None = None
    files: dict[str, Path] = field(default_factory=dict)

    @property
    def ids(self) -> NDArray[Any]:
        """All tokens of the train split, (tokens,), a memory map."""
        return self.shards.tokens("train")

    @property
    def offsets(self) -> NDArray[np.int64]:
        """Where each document starts, and the total, (documents + 1,)."""
        return self.shards.documents("train").astype(np.int64)

    @property
    def vocabulary(self) -> int:
        return int(self.shards.meta["vocab_size"])

    @property
    def special_ids(self) -> NDArray[np.int64]:
        return np.asarray(self.shards.meta["special_ids"], dtype=np.int64)

    def pieces(self, tokens: int = TOKENS) -> Iterator[tuple[int, NDArray[np.int64]]]:
        """Start and ids of consecutive pieces of whole documents, each of about so many tokens."""
        offsets, first = self.offsets, 0
        while first < len(offsets) - 1:
            last = max(first + 1, int(np.searchsorted(offsets, offsets[first] + tokens, side="right")) - 1)
            start, end = int(offsets[first]), int(offsets[last])
            yield start, self.ids[start:end].astype(np.int64)
            first = last


class Table(Strict):
    """One kind of table; what is set on it is part of its name.

    Attributes:
        KIND: how policies call it.
        PER: `token`: a byte for every token of the train split; `entry`: a number for every entry of the vocabulary.
        VERSION: raised when the same settings would give something else.
        NEEDS: what it is made from besides the tokens.
    """

    KIND: ClassVar[str]
    PER: ClassVar[Literal["token", "entry"]]
    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[frozenset[Needed]] = frozenset()

    def make(self, corpus: Corpus, notes: dict[str, Any]) -> Iterable[NDArray[Any]]:
        """The table in consecutive pieces, so that memory stays flat; what is worth saying of it goes into `notes`."""
        raise NotImplementedError

    @property
    def sources(self) -> tuple[str, ...]:
        """Names in `Corpus.files` of what it is made from."""
        return ()

    def key(self, checksums: dict[str, str]) -> str:
        """Twelve digits that name its content.

        Args:
            checksums: of the tokens and of all else that it is made from.
        """
        said = [self.KIND, self.VERSION, self.model_dump(mode="json"), checksums]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:12]


def ordinary_counts(corpus: Corpus) -> NDArray[np.int64]:
    """How often each entry of the vocabulary stands in the train split, (vocabulary,); 0 for special tokens."""
    counts = np.zeros(corpus.vocabulary, dtype=np.int64)
    for _, ids in corpus.pieces():
        counts += np.bincount(ids, minlength=len(counts))
    counts[corpus.special_ids] = 0
    if not counts.any():
        raise UserError("nothing but special tokens", where=str(corpus.shards.folder))
    return counts
