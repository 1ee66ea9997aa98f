"""Where words begin, as the tokenizer itself says: `word_ids()`, which is right for WordPiece, byte-level BPE, Unigram.

Neither the vocabulary nor gaps between characters tell: a byte-level piece after a bracket opens a word without a mark
of a space in front. So the documents are encoded once more, with what the fast way of `maskzoo tokens` leaves out, and
the ids are held against the packed ones. What has no words (residues, atoms) or no spaces between them can be cut into
blocks of tokens instead; a word of more than `longest` tokens is cut anyway.
"""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from maskzoo.errors import UserError
from maskzoo.masking.common.table import Corpus, Needed, Table
from maskzoo.strict import Strict

BATCH = 256  # documents encoded together


class Units(Strict):
    """What is hidden as a whole."""

    unit: Literal["word", "token", "block"] = Field(
        default="word",
        description="word: as the tokenizer cuts them before it cuts into pieces; block: so many tokens in a row, for "
        "what has no words",
    )
    block: int = Field(default=3, ge=2, description="unit block: tokens")
    longest_word: int = Field(
        default=16,
        ge=1,
        description="unit word: a longer one, as in scripts without spaces, is cut after so many",
    )

    @property
    def table(self) -> "Words":
        """The table that says where units begin."""
        return Words(unit=self.unit, block=self.block, longest=self.longest_word)


class Words(Table):
    """1 where a unit begins."""

    KIND: ClassVar[str] = "words"
    PER: ClassVar[Literal["token", "entry"]] = "token"
    NEEDS: ClassVar[frozenset[Needed]] = frozenset({"documents"})

    unit: Literal["word", "token", "block"] = "word"
    block: int = 3
    longest: int = 16

    def make(self, corpus: Corpus, notes: dict[str, Any]) -> Iterable[NDArray[np.uint8]]:
        """One piece for every few documents.

        Raises:
            UserError: the documents are not those that the tokens were made from.
        """
        words = tokens = 0
        for opens in self._opens(corpus):
            words, tokens = words + int(opens.sum()), tokens + len(opens)
            yield opens
        notes["units"], notes["tokens_per_unit"] = words, round(tokens / max(1, words), 3)

    def _opens(self, corpus: Corpus) -> Iterator[NDArray[np.uint8]]:
        if self.unit == "word":
            for document in encoded(corpus):
                yield opening(document.word_ids, self.longest)
            return
        size = self.block if self.unit == "block" else 1
        offsets = corpus.offsets
        for start, ids in corpus.pieces():
            special = np.isin(ids, corpus.special_ids)
            begins = np.isin(np.arange(start, start + len(ids)), offsets)
            begins[0] = True
            begins[1:] |= special[:-1]
            begins |= special
            place = np.arange(len(ids))
            since = place - np.maximum.accumulate(np.where(begins, place, 0))
            yield (since % size == 0).astype(np.uint8)


def opening(word_ids: list[int | None], longest: int) -> NDArray[np.uint8]:
    """1 where a word begins, (tokens,); special tokens (None) begin one each."""
    numbers = np.fromiter((-1 if number is None else number for number in word_ids), np.int64, len(word_ids))
    begins = np.ones(len(numbers), dtype=bool)
    begins[1:] = (numbers[1:] != numbers[:-1]) | (numbers[1:] < 0)
    place = np.arange(len(numbers))
    since = place - np.maximum.accumulate(np.where(begins, place, 0))
    opens: NDArray[np.uint8] = (since % longest == 0).astype(np.uint8)
    return opens


class Document:
    """A document as the tokenizer cuts it: its text, and word and characters of every token."""

    __slots__ = ("ids", "offsets", "text", "word_ids")

    def __init__(self, text: str, encoding: Any) -> None:
        self.text = text
        self.ids: list[int] = encoding.ids
        self.word_ids: list[int | None] = encoding.word_ids
        self.offsets: list[tuple[int, int]] = encoding.offsets


def encoded(corpus: Corpus) -> Iterator[Document]:
    """The documents of the train split in the order of the tokens, each checked against them.

    Raises:
        UserError: the documents are not those that the tokens were made from.
    """
    from maskzoo.tokenization import plain

    tokenizer = plain.load(corpus.tokenizer).tokenizer
    offsets, packed = corpus.offsets, corpus.ids
    number = 0
    for texts in _batches(corpus):
        encodings = tokenizer.encode_batch(texts, add_special_tokens=True)
        for text, encoding in zip(texts, encodings, strict=True):
            document = Document(text, encoding)
            known = number < len(offsets) - 1
            if not (known and np.array_equal(packed[offsets[number] : offsets[number + 1]], document.ids)):
                raise UserError(
                    f"the tokens are not those of {corpus.documents}",
                    where=str(corpus.shards.folder),
                    hint="run `maskzoo tokens` again",
                )
            number += 1
            yield document


def _batches(corpus: Corpus) -> Iterator[list[str]]:
    from maskzoo.tokenization.documents import texts
    from maskzoo.tokenization.encode import Spellings

    count = corpus.shards.meta.get("spellings", 0)
    spellings = Spellings("smiles", count) if count else None
    batch: list[str] = []
    for text in texts(corpus.documents, ("train",)):
        batch += spellings.of(text) if spellings else [text]
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
