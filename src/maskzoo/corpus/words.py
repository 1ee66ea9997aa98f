"""Words of a text as 64-bit hashes: what duplicates, contamination and splits are decided on.

A word is a run of letters, digits and marks of the casefolded text; in scripts that are written without spaces every
character is a word of its own. Punctuation, case and white space therefore never make a difference.
"""

import re
import unicodedata
from functools import cache
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]

# Thai to Lao, Myanmar, Khmer, kana, Han: written without spaces
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
CACHED_WORDS = 1 << 17  # distinct words remembered by one process, about 20 MB
MULTIPLIER = 0x9E3779B97F4A7C15  # odd, so that multiplication modulo 2**64 loses nothing


@cache
def _pattern() -> re.Pattern[str]:
    marks = "".join(chr(code) for code in range(0x300, 0x10000) if unicodedata.category(chr(code)) in ("Mn", "Mc"))
    return re.compile(f"[{UNSPACED}]|[^\\W_{UNSPACED}](?:[^\\W_{UNSPACED}]|[{marks}])*")


ASCII_WORD = re.compile(r"[a-z0-9]+")


def words(text: str) -> list[str]:
    """The words of `text`, casefolded, in order."""
    folded = text.casefold()
    return ASCII_WORD.findall(folded) if folded.isascii() else _pattern().findall(folded)


def digest(words: list[str]) -> bytes:
    """16 bytes that two texts share exactly when their words are the same (but for one chance in 2**128)."""
    return blake2b(" ".join(words).encode(), digest_size=16).digest()


class _Cache(dict[str, int]):
    def __missing__(self, word: str) -> int:
        if len(self) >= CACHED_WORDS:
            self.clear()
        value = int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "little")
        self[word] = value
        return value


_hashes = _Cache()


def hashes(words: list[str]) -> Hashes:
    """One 64-bit hash a word, `(words,)`: the same in every process and run."""
    return np.fromiter(map(_hashes.__getitem__, words), dtype=np.uint64, count=len(words))


def ngrams(words: Hashes, n: int) -> Hashes:
    """Hashes of all runs of `n` words, `(max(0, words - n + 1),)`; equal to `run(words[i:i+n])` at each i."""
    if len(words) < n:
        return np.empty(0, dtype=np.uint64)
    # runs of 1, 2, 4, ... words; those that n is the sum of are joined
    done, value = 0, None
    size, power = 1, words
    while True:
        if n & size:
            value = power.copy() if value is None else _joined(value, power, done, size)
            done += size
        if done == n:
            assert value is not None, "n is at least 1"
            return _mixed(value)
        power = _joined(power, power, size, size)
        size *= 2


def _joined(first: Hashes, second: Hashes, length: int, size: int) -> Hashes:
    """Sums of runs of `length` words, each followed at once by one of `size` words."""
    count = len(second) - length
    value: Hashes = first[:count] * np.uint64(pow(MULTIPLIER, size, 1 << 64))
    value += second[length:]
    return value


def run(words: Hashes) -> int:
    """The hash of one run of words, whatever its length (at least 1)."""
    length = len(words)
    value = (words * _powers(1 << (length - 1).bit_length())[:length][::-1]).sum(dtype=np.uint64)
    return int(_mixed(np.array([value], dtype=np.uint64))[0])


def runs(words: Hashes, ends: NDArray[np.int64]) -> Hashes:
    """`run` of each of several texts that stand one after the other, none of them empty.

    Args:
        words: of all texts, `(words,)`.
        ends: where each text ends, `(texts,)`.
    """
    starts = np.concatenate(([0], ends[:-1]))
    lengths = ends - starts
    exponents = np.repeat(ends, lengths) - 1 - np.arange(len(words))
    powers = _powers(1 << (int(lengths.max()) - 1).bit_length())
    return _mixed(np.add.reduceat(words * powers[exponents], starts))


@cache
def _powers(size: int) -> Hashes:
    """1, m, m**2, ... modulo 2**64."""
    powers = np.full(size, MULTIPLIER, dtype=np.uint64)
    powers[0] = 1
    return np.multiply.accumulate(powers)


def _mixed(values: Any) -> Hashes:
    """The finaliser of splitmix64 (Steele et al. 2014), in place: sums become spread over all 64 bits."""
    values ^= values >> np.uint64(30)
    values *= np.uint64(0xBF58476D1CE4E5B9)
    values ^= values >> np.uint64(27)
    values *= np.uint64(0x94D049BB133111EB)
    values ^= values >> np.uint64(31)
    result: Hashes = values
    return result
