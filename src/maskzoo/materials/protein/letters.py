"""Amino-acid letters: many sequences cleaned at once, on bytes.

The alphabet is that of ESM-2 (Lin et al. 2023): the twenty standard letters, B (N or D), Z (Q or E) and X (any), U
(selenocysteine) and O (pyrrolysine). Letters of `map` become others; gaps, white space and a stop at the end go away.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskzoo.materials.protein.settings import AMINO_ACIDS, RARE, Settings

GAPS = "-."
SPACE = " \t\r\v\f"
STOP = "*"
END = "\n"  # between two sequences
LETTERS = frozenset(AMINO_ACIDS + RARE)


@dataclass(frozen=True)
class Cleaned:
    """Sequences after cleaning, in their order.

    Attributes:
        texts: upper-case residues; where `verdicts` condemns a sequence, what is left of it.
        verdicts: (reason, detail), or None.
        changes: what was altered in a sequence; sequences without a change have no entry.
    """

    texts: list[str]
    verdicts: list[tuple[str, str] | None]
    changes: dict[int, Counter[str]]


@dataclass(frozen=True)
class _Tables:
    """Kinds of bytes (0: nothing to count), their names, and what a byte becomes."""

    kinds: bytes
    names: list[str]
    becomes: bytes


END_KIND, GAP, SPACES, STOPS, UNKNOWN, STRANGE = range(1, 7)


def cleaned(texts: Sequence[str], settings: Settings) -> Cleaned:
    """All sequences of a chunk, cleaned and judged."""
    if not texts:
        return Cleaned([], [], {})
    joined = END.join(texts)
    if joined.count(END) != len(texts) - 1:
        joined = END.join("".join(text.split()) for text in texts)
    raw = joined.encode("latin-1", "replace")  # a byte a character; what is beyond becomes `?`, which is no residue
    tables = _tables(tuple(sorted(settings.map.items())))
    found = raw.translate(tables.becomes, (GAPS + SPACE).encode()).decode("latin-1").split(END)
    kinds = np.frombuffer(raw.translate(tables.kinds), dtype=np.uint8)
    odd = np.flatnonzero(kinds)
    which = kinds[odd]
    owner = np.cumsum(which == END_KIND)  # the number of the sequence that an odd byte stands in
    counted = which != END_KIND
    width = len(tables.names)
    counts = np.bincount(owner[counted] * width + which[counted], minlength=len(texts) * width).reshape(-1, width)
    verdicts: list[tuple[str, str] | None] = [None] * len(texts)
    changes: dict[int, Counter[str]] = {}
    for number in np.flatnonzero(counts.any(axis=1)).tolist():
        verdicts[number] = _judge_letters(number, found, texts[number], counts[number], tables, changes, settings)
    shortest, longest = settings.min_length, settings.max_length
    for number, text in enumerate(found):
        if not shortest <= len(text) <= longest:
            verdicts[number] = verdicts[number] or _length(len(text), settings)
    return Cleaned(found, verdicts, changes)


def _judge_letters(
    number: int,
    found: list[str],
    original: str,
    counts: NDArray[np.int64],
    tables: _Tables,
    changes: dict[int, Counter[str]],
    settings: Settings,
) -> tuple[str, str] | None:
    """Count the changes of one sequence, take the stop at its end away, and object to what is no protein."""
    altered = {name: int(n) for name, n in zip(tables.names, counts, strict=True) if n and name}
    if counts[STOPS]:
        text = found[number].rstrip(STOP)
        altered["stop_removed"] = len(found[number]) - len(text)
        found[number] = text
    altered = {name: n for name, n in altered.items() if n}
    if altered:
        changes[number] = Counter(altered)
    text = found[number]
    if counts[STRANGE]:
        place = next(n for n, letter in enumerate(original) if _strange(letter, tables))
        return "outside_alphabet", f"{original[place]!r} at character {place + 1} is no amino acid"
    if STOP in text:
        return "inner_stop", f"a stop at residue {text.index(STOP) + 1} of {len(text)}"
    if counts[UNKNOWN] > settings.max_unknown * len(text):
        return "unknown_residues", f"{counts[UNKNOWN]} of {len(text)} residues are X"
    return None


def _strange(letter: str, tables: _Tables) -> bool:
    return ord(letter) > 255 or tables.kinds[ord(letter)] == STRANGE


def _length(length: int, settings: Settings) -> tuple[str, str]:
    if length < settings.min_length:
        return "too_short", f"{length} residues, fewer than {settings.min_length}"
    return "too_long", f"{length} residues, more than {settings.max_length}"


@cache
def _tables(mapping: tuple[tuple[str, str], ...]) -> _Tables:
    kinds = bytearray([STRANGE] * 256)
    becomes = bytearray(range(256))
    names = ["", "", "gap_removed", "space_removed", "", "", ""]  # by kind; mapped letters follow
    for letter in LETTERS:
        kinds[ord(letter)] = kinds[ord(letter.lower())] = UNKNOWN if letter == "X" else 0
        becomes[ord(letter.lower())] = ord(letter)
    for kind, letters in ((GAP, GAPS), (SPACES, SPACE), (STOPS, STOP), (END_KIND, END)):
        for letter in letters:
            kinds[ord(letter)] = kind
    for letter, target in mapping:
        for form in (letter, letter.lower()):
            kinds[ord(form)] = len(names)
            becomes[ord(form)] = ord(target)
        names.append(f"{letter}_to_{target}")
    return _Tables(bytes(kinds), names, bytes(becomes))


@cache
def _hash_table() -> Any:
    """One random 64-bit number a byte, the same in every process and run."""
    return np.random.Generator(np.random.PCG64(20)).integers(0, 2**64, size=256, dtype=np.uint64)


def hashes(texts: Sequence[str]) -> list[NDArray[np.uint64]]:
    """A 64-bit hash for every residue of every sequence: arrays `(residues,)`."""
    values = _hash_table()[np.frombuffer("".join(texts).encode("latin-1", "replace"), dtype=np.uint8)]
    found, start = [], 0
    for text in texts:
        found.append(values[start : start + len(text)])
        start += len(text)
    return found


def sequence(text: str, mapping: Mapping[str, str]) -> str | None:
    """One cleaned sequence without limits of length; None where it is no protein."""
    settings = Settings(map=dict(mapping), min_length=1, max_unknown=1.0)
    result = cleaned([text], settings)
    return result.texts[0] if result.verdicts[0] is None else None
