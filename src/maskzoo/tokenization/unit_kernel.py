"""The units of documents found and numbered by one compiled loop (numba), each distinct one once.

The loop reads UTF-8 and knows Python's white space beyond ASCII (`_space`), but for the characters that the
`tokenizers` library and Python disagree about: documents with those are told apart first (`doubtful`). A table of open
addresses from the hash of a unit's bytes to its number; bytes are compared, so that two units are never taken for one.
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


class Seen:
    """Distinct units and their numbers, in the order they were met.

    Args:
        spaced: a unit carries the white space before it (and white space at the end is one); else white space goes.
        alone: ASCII signs that are units of their own, unless a character beyond ASCII follows, which might combine.
    """

    def __init__(self, *, spaced: bool, alone: str = "") -> None:
        self.spaced = spaced
        self._alone = np.zeros(256, dtype=np.bool_)
        self._alone[[ord(sign) for sign in alone]] = True
        self._slots = np.zeros(SLOTS, dtype=np.int32)  # number + 1
        self._hashes = np.empty(MOST_UNITS, dtype=np.uint64)
        self._ends = np.empty(MOST_UNITS, dtype=np.int64)
        self._bytes = np.empty(MOST_BYTES, dtype=np.uint8)
        self.count = 0

    @property
    def most(self) -> int:
        """How many units there is room for."""
        return len(self._hashes)

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

    def numbers(self, texts: Sequence[bytes]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Numbers of the units of all texts `(units,)`, and how many are each text's `(texts,)`.

        The texts are UTF-8, none of them `doubtful`, at most `LONGEST` bytes in all.
        """
        raw, ends = _joined(texts)
        numbers = np.empty(len(raw), dtype=np.int32)
        counts = np.empty(len(texts), dtype=np.int64)
        self.count, found = _number(
            raw,
            ends,
            self.spaced,
            self._alone,
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
        first = ends[0]
        text = self._bytes[first : ends[-1]].tobytes()
        return [text[one - first : other - first].decode() for one, other in pairwise(ends)]


def doubtful(texts: Sequence[bytes]) -> NDArray[np.bool_]:
    """Which UTF-8 texts hold a character that is white space to some and not to others, or that stands for a space.

    These are U+000B, U+000C, U+001C to U+001F, U+0085, U+180E, U+200B, U+2581 and U+FEFF.
    """
    found = np.zeros(len(texts), dtype=np.bool_)
    _doubt(*_joined(texts), found)
    return found


def _joined(texts: Sequence[bytes]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """All bytes one after the other, and where each text ends."""
    ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))
    return np.frombuffer(b"".join(texts), dtype=np.uint8), ends


@njit(cache=True)
def _doubt(text: Any, ends: Any, found: Any) -> None:
    place = 0
    for document in range(len(ends)):
        end = ends[document]
        for at in range(place, end):
            byte = text[at]
            if byte < 0x20:
                if byte == 0x0B or byte == 0x0C or byte >= 0x1C:
                    found[document] = True
            elif byte == 0xC2:
                found[document] |= text[at + 1] == 0x85
            elif byte == 0xE1:
                found[document] |= text[at + 1] == 0xA0 and text[at + 2] == 0x8E
            elif byte == 0xE2:
                second, third = text[at + 1], text[at + 2]
                found[document] |= (second == 0x80 and third == 0x8B) or (second == 0x96 and third == 0x81)
            elif byte == 0xEF:
                found[document] |= text[at + 1] == 0xBB and text[at + 2] == 0xBF
        place = end


@njit(cache=True)
def _space(text: Any, at: int) -> int:
    """Bytes of the white space that begins there, 0 where there is none."""
    byte = text[at]
    if byte < 0x80:
        return 1 if byte == 32 or byte == 9 or byte == 10 or byte == 13 else 0
    if byte == 0xC2:
        return 2 if text[at + 1] == 0xA0 else 0
    if byte == 0xE2:
        second, third = text[at + 1], text[at + 2]
        if second == 0x80:  # U+2000 to U+200A, U+2028, U+2029, U+202F
            return 3 if 0x80 <= third <= 0x8A or 0xA8 <= third <= 0xA9 or third == 0xAF else 0
        return 3 if second == 0x81 and third == 0x9F else 0
    if byte == 0xE1:
        return 3 if text[at + 1] == 0x9A and text[at + 2] == 0x80 else 0
    if byte == 0xE3:
        return 3 if text[at + 1] == 0x80 and text[at + 2] == 0x80 else 0
    return 0


@njit(cache=True)
def _number(
    text: Any, ends: Any, spaced: bool, alone: Any, slots: Any, hashes: Any, kept: Any, stored: Any, known: int,
    numbers: Any, counts: Any,
) -> Any:  # fmt: skip
    mask = np.uint64(len(slots) - 1)
    place, found = 0, 0
    used = kept[known - 1] if known else 0
    for document in range(len(ends)):
        end, before = ends[document], found
        while place < end:
            start = place
            while place < end:
                width = _space(text, place)
                if width == 0:
                    break
                place += width
            if not spaced:
                start = place
                if place == end:
                    break
            while place < end and _space(text, place) == 0:
                place += 1
                if place < end and text[place] < 0x80 and (alone[text[place]] or alone[text[place - 1]]):
                    break
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
