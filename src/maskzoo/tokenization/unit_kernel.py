"""The units of ASCII documents found and numbered by one compiled loop (numba), each distinct one once.

A table of open addresses from the hash of a unit's bytes to its number; bytes are compared, so that two units are never
taken for one.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

MOST_UNITS = 1 << 21
MOST_BYTES = 1 << 25
SLOTS = 1 << 22
LONGEST = 1 << 20  # bytes of documents that are looked at together
OFFSET, PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)  # FNV-1a

SPACE = np.zeros(256, dtype=np.bool_)
SPACE[[9, 10, 13, 32]] = True


class Seen:
    """Distinct units and their numbers, in the order they were met.

    Args:
        spaced: a unit carries the white space before it (and white space at the end is one); else white space goes.
    """

    def __init__(self, *, spaced: bool) -> None:
        self.spaced = spaced
        self._slots = np.zeros(SLOTS, dtype=np.int32)  # number + 1
        self._hashes = np.empty(MOST_UNITS, dtype=np.uint64)
        self._ends = np.empty(MOST_UNITS, dtype=np.int64)
        self._bytes = np.empty(MOST_BYTES, dtype=np.uint8)
        self.count = 0

    @property
    def full(self) -> bool:
        """Whether the next documents might not find room."""
        used = int(self._ends[self.count - 1]) if self.count else 0
        return self.count + LONGEST > MOST_UNITS or used + LONGEST > MOST_BYTES

    def clear(self) -> None:
        """Forget all units."""
        if self.count:
            self._slots[:] = 0
        self.count = 0

    def numbers(self, texts: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Numbers of the units of all texts `(units,)`, and how many are each text's `(texts,)`.

        The texts are ASCII with no other white space than blank, tab, line feed and carriage return, at most `LONGEST`
        bytes in all.
        """
        raw = np.frombuffer("".join(texts).encode(), dtype=np.uint8)
        ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))
        numbers = np.empty(len(raw) // (1 if self.spaced else 2) + len(texts), dtype=np.int32)
        counts = np.empty(len(texts), dtype=np.int64)
        self.count, found = _number(
            raw,
            ends,
            self.spaced,
            SPACE,
            self._slots,
            self._hashes,
            self._ends,
            self._bytes,
            self.count,
            numbers,
            counts,
        )
        return numbers[:found], counts

    def strings(self, start: int) -> list[str]:
        """The units from number `start` on."""
        ends = self._ends[max(0, start - 1) : self.count].tolist()
        if start == 0:
            ends.insert(0, 0)
        text = self._bytes[ends[0] : ends[-1]].tobytes().decode()
        first = ends[0]
        return [text[one - first : other - first] for one, other in pairwise(ends)]


@njit(cache=True)
def _number(
    text: Any, ends: Any, spaced: bool, space: Any, slots: Any, hashes: Any, kept: Any, stored: Any, known: int,
    numbers: Any, counts: Any,
) -> Any:  # fmt: skip
    mask = np.uint64(len(slots) - 1)
    place, found = 0, 0
    used = kept[known - 1] if known else 0
    for document in range(len(ends)):
        end, before = ends[document], found
        while place < end:
            start = place
            while place < end and space[text[place]]:
                place += 1
            if not spaced:
                start = place
                if place == end:
                    break
            while place < end and not space[text[place]]:
                place += 1
            value = OFFSET
            for at in range(start, place):
                value = (value ^ np.uint64(text[at])) * PRIME
            slot = (value ^ (value >> np.uint64(32))) & mask
            while True:
                number = slots[slot] - 1
                if number < 0:
                    number = known
                    for at in range(start, place):
                        stored[used] = text[at]
                        used += 1
                    hashes[number], kept[number] = value, used
                    slots[slot] = number + 1
                    known += 1
                    break
                if hashes[number] == value:
                    first = kept[number - 1] if number else 0
                    if kept[number] - first == place - start:
                        same = True
                        for at in range(place - start):
                            if stored[first + at] != text[start + at]:
                                same = False
                                break
                        if same:
                            break
                slot = (slot + np.uint64(1)) & mask
            numbers[found] = number
            found += 1
        counts[document] = found - before
    return known, found


@njit(cache=True)
def gather(rows: Any, flat: Any, starts: Any, lengths: Any, ids: Any) -> None:
    """Write the ids of each row of a table of lists, one after the other, into `ids`."""
    place = 0
    for row in rows:
        for at in range(starts[row], starts[row] + lengths[row]):
            ids[place] = flat[at]
            place += 1
