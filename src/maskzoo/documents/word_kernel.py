"""Compiled loops over the characters of words (numba): cutting text into words, and the hash of each word.

ASCII is cut by its bytes; any other text by its code points, with a table of what each is and what it folds to.

A word's hash is FNV-1a over its UTF-8 bytes (Fowler, Noll and Vo; 64 bits) spread by the finaliser of splitmix64.
"""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Points = NDArray[np.uint32]

LETTER, MARK, ALONE = 1, 2, 4  # begins or goes on in a word, goes on in one, is one
KNOWN, BEYOND = 0x20000, 0x40000  # code points of the tables; from the first to the second all are words of their own

OFFSET, PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)
SEPARATOR = 0  # between words that are given as one array of bytes

_upper = np.arange(ord("A"), ord("Z") + 1)
FOLDED = np.zeros(256, dtype=np.uint8)  # letters in lower case and digits as they are; 0 where a word ends
for _first, _last in ((b"a", b"z"), (b"0", b"9")):
    FOLDED[_first[0] : _last[0] + 1] = np.arange(_first[0], _last[0] + 1)
FOLDED[_upper] = _upper + 32


@njit(cache=True, inline="always")
def mixed(value: Any) -> Any:
    """The finaliser of splitmix64 (Steele et al. 2014) of one uint64."""
    value ^= value >> np.uint64(30)
    value *= np.uint64(0xBF58476D1CE4E5B9)
    value ^= value >> np.uint64(27)
    value *= np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


@njit(cache=True)
def cut(text: Bytes, table: Bytes, joined: Bytes, hashes: NDArray[np.uint64]) -> Any:
    """Words of ASCII `text`, joined by spaces into `joined`, and their hashes; both are filled.

    Returns:
        bytes of `joined` and words of `hashes` that were filled.
    """
    length, count, place = 0, 0, 0
    while place < len(text):
        if not table[text[place]]:
            place += 1
            continue
        if count:
            joined[length] = 32
            length += 1
        value = OFFSET
        while place < len(text):
            folded = table[text[place]]
            if not folded:
                break
            joined[length] = folded
            length += 1
            value = (value ^ np.uint64(folded)) * PRIME
            place += 1
        hashes[count] = mixed(value)
        count += 1
    return length, count


@njit(cache=True)
def cut_points(text: Points, kinds: Bytes, folds: Points, joined: Bytes, hashes: NDArray[np.uint64]) -> Any:
    """`cut` of any text, given as code points.

    Args:
        kinds: of each code point of a folded text, `LETTER`, `MARK` and `ALONE` added up; (code points,).
        folds: up to three code points that each folds to, 0 behind the last; (code points, 3).
    """
    length, count = 0, 0
    inside = False  # of a word that may go on
    value = OFFSET
    for point in text:
        for part in range(3):
            if point < len(folds):
                folded = folds[point, part]
                if part and not folded:
                    break
                kind = kinds[folded] if folded < len(kinds) else 0
            elif part:
                break
            else:
                folded = point
                kind = ALONE if point < BEYOND else 0
            if inside and kind & (LETTER | MARK):
                pass
            else:
                if inside:
                    hashes[count] = mixed(value)
                    count += 1
                    inside = False
                if not kind & (LETTER | ALONE):
                    continue
                if count:
                    joined[length] = 32
                    length += 1
                value = OFFSET
            before = length
            if folded < 0x80:
                joined[length] = folded
                length += 1
            elif folded < 0x800:
                joined[length] = 0xC0 | (folded >> 6)
                joined[length + 1] = 0x80 | (folded & 0x3F)
                length += 2
            elif folded < 0x10000:
                joined[length] = 0xE0 | (folded >> 12)
                joined[length + 1] = 0x80 | ((folded >> 6) & 0x3F)
                joined[length + 2] = 0x80 | (folded & 0x3F)
                length += 3
            else:
                joined[length] = 0xF0 | (folded >> 18)
                joined[length + 1] = 0x80 | ((folded >> 12) & 0x3F)
                joined[length + 2] = 0x80 | ((folded >> 6) & 0x3F)
                joined[length + 3] = 0x80 | (folded & 0x3F)
                length += 4
            for at in range(before, length):
                value = (value ^ np.uint64(joined[at])) * PRIME
            if inside or kind & ALONE == 0:
                inside = True
            else:
                hashes[count] = mixed(value)
                count += 1
    if inside:
        hashes[count] = mixed(value)
        count += 1
    return length, count


@njit(cache=True)
def hash_separated(words: Bytes, hashes: NDArray[np.uint64]) -> Any:
    """Hashes of words that a byte `SEPARATOR` ends, each; returns how many were filled."""
    count = 0
    value = OFFSET
    for byte in words:
        if byte == SEPARATOR:
            hashes[count] = mixed(value)
            count += 1
            value = OFFSET
        else:
            value = (value ^ np.uint64(byte)) * PRIME
    return count
