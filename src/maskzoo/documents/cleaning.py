"""Cleaning of one document: boilerplate lines, and the filters that say why they drop one (its text: normalising.py).

A filter is a function of one document that answers one question; it returns None, or the reason and a number.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from maskzoo.documents.normalising import PARAGRAPH, normalise
from maskzoo.documents.record import Record
from maskzoo.recipe.curation import Cleaning

COUNTED_DOCUMENTS = 2000
COUNTED_CHARACTERS = 8_000_000
COUNTED_LINES = 200_000


def boilerplate_of(records: Iterable[Record], repeats: int) -> tuple[frozenset[str], Iterator[Record]]:
    """Lines that at least `repeats` of the first documents of a source hold, and all its records, unread ones included.

    Looks at the first 2,000 documents or 8 million characters, so memory does not grow with the source.
    """
    if repeats <= 0:
        return frozenset(), iter(records)
    rest = iter(records)
    first: list[Record] = []
    characters = 0
    counts: Counter[str] = Counter()
    for record in rest:
        first.append(record)
        characters += len(record.text)
        counts.update({line for line in normalise(record.text).split("\n") if line})
        if len(counts) > COUNTED_LINES:  # a line seen once in so many will not become boilerplate
            counts = Counter({line: count for line, count in counts.items() if count > 1})
        if len(first) >= COUNTED_DOCUMENTS or characters >= COUNTED_CHARACTERS:
            break
    lines = frozenset(line for line, count in counts.items() if count >= repeats)
    return lines, chain(_drained(first), rest)


def _drained(records: list[Record]) -> Iterator[Record]:
    records.reverse()
    while records:
        yield records.pop()


def without_lines(text: str, boilerplate: frozenset[str]) -> str:
    """A normalised text without its boilerplate lines; one that is nothing else stays whole, for it may be a record of
    one line that is often repeated, and then it is the look for duplicates that keeps one of them."""
    if not boilerplate:
        return text
    lines = text.split("\n")
    kept = [line for line in lines if line not in boilerplate]
    whole = len(kept) == len(lines) or not any(kept)
    return text if whole else PARAGRAPH.sub("\n\n", "\n".join(kept)).strip()


@dataclass(frozen=True, slots=True)
class Measured:
    """What the filters ask about a cleaned document."""

    undecodable: bool
    words: int
    symbol_ratio: float
    letter_ratio: float
    replaced_ratio: float


def measure(text: str, words: int, *, undecodable: bool) -> Measured:
    """Counts of a cleaned text; ratios are shares of the characters that are not white space."""
    letters, digits, spaces = (int(count) for count in np.bincount(_kinds(text), minlength=4)[:3])
    visible = max(1, len(text) - spaces)
    symbols = visible - letters - digits if text else 0
    return Measured(undecodable, words, symbols / visible, letters / visible, text.count("\ufffd") / visible)


@cache
def _table() -> NDArray[np.uint8]:
    """Character -> 0 letter or mark, 1 digit, 2 space, 3 symbol, for the first two planes."""
    kinds = {"L": 0, "M": 0, "N": 1, "Z": 2}
    table = np.fromiter(
        (kinds.get(unicodedata.category(chr(code))[0], 3) for code in range(0x20000)), np.uint8, 0x20000
    )
    table[[9, 10, 13]] = 2
    return table


def _kinds(text: str) -> NDArray[np.uint8]:
    if text.isascii():
        return _table()[np.frombuffer(text.encode(), dtype=np.uint8)]
    codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
    kinds = _table()[np.minimum(codes, 0x1FFFF)]
    kinds[(codes >= 0x20000) & (codes < 0x40000)] = 0  # Han extensions
    return kinds


Verdict = tuple[str, str] | None


def decoded(document: Measured, settings: Cleaning) -> Verdict:
    """Could all of its bytes be decoded, here and before it came here?"""
    if document.undecodable:
        return "undecodable", "bytes that are not in the source's encoding"
    if document.replaced_ratio > settings.max_replaced_ratio:
        return "undecodable", f"U+FFFD ratio {document.replaced_ratio:.3f} > {settings.max_replaced_ratio:g}"
    return None


def long_enough(document: Measured, settings: Cleaning) -> Verdict:
    """Has it enough words to learn from?"""
    if document.words == 0:
        return "empty", "0 words"
    if document.words < settings.min_words:
        return "too_short", f"{document.words} words < {settings.min_words}"
    return None


def short_enough(document: Measured, settings: Cleaning) -> Verdict:
    """Is it one document, rather than a dump?"""
    return (
        ("too_long", f"{document.words} words > {settings.max_words}") if document.words > settings.max_words else None
    )


def few_symbols(document: Measured, settings: Cleaning) -> Verdict:
    """Is it prose, rather than a table of signs?"""
    if document.symbol_ratio > settings.max_symbol_ratio:
        return "symbols", f"symbol ratio {document.symbol_ratio:.3f} > {settings.max_symbol_ratio:g}"
    return None


def enough_letters(document: Measured, settings: Cleaning) -> Verdict:
    """Is it made of letters, rather than of numbers?"""
    if document.letter_ratio < settings.min_letter_ratio:
        return "few_letters", f"letter ratio {document.letter_ratio:.3f} < {settings.min_letter_ratio:g}"
    return None


FILTERS: tuple[Callable[[Measured, Cleaning], Verdict], ...] = (
    decoded,
    long_enough,
    short_enough,
    few_symbols,
    enough_letters,
)


def first_objection(document: Measured, settings: Cleaning) -> Verdict:
    """(reason, detail) of the first filter that drops the document, or None."""
    for question in FILTERS:
        verdict = question(document, settings)
        if verdict is not None:
            return verdict
    return None
