"""Compiled loops over the bytes of words (numba): cutting ASCII text into words, and the hash of each word.

A word's hash is FNV-1a over its UTF-8 bytes (Fowler, Noll and Vo; 64 bits) spread by the finaliser of splitmix64.
"""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]

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
