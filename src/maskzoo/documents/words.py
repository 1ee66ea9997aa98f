"""Words of a text as 64-bit hashes: what duplicates, contamination and splits are decided on.

A word is a run of letters, digits and marks of the casefolded text; in scripts that are written without spaces every
character is a word of its own. Punctuation, case and white space therefore never make a difference.
"""

import re
import unicodedata
from dataclasses import dataclass
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
LONGEST_FOLD = 13  # bytes of three folded code points and a space
MULTIPLIER = 0x9E3779B97F4A7C15  # odd, so that multiplication modulo 2**64 loses nothing


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(f"[{UNSPACED}]|[^\\W_{UNSPACED}](?:[^\\W_{UNSPACED}]|[{marks()}])*")


@cache
def marks() -> str:
    """Characters that go on in a word without beginning one: vowel signs, tones, accents."""
    return "".join(chr(code) for code in range(0x300, 0x10000) if unicodedata.category(chr(code)) in ("Mn", "Mc"))


@cache
def word_pattern(letters: str = r"\w") -> re.Pattern[str]:
    """A word as people see it, in any script: letters with the marks and joiners between and behind them.

    Python's `\w` alone ends a word at every combining mark: Hindi, Thai or Yoruba with tones apart fall to pieces.

    Args:
        letters: a class that a word begins with, and goes on with beside marks.
    """
    return re.compile(f"{letters}(?:{letters}|[{marks()}\u200c\u200d])*")


ASCII_WORD = re.compile(r"[a-z0-9]+")


def words(text: str) -> list[str]:
    """The words of `text`, casefolded, in order."""
    folded = text.casefold()
    return ASCII_WORD.findall(folded) if folded.isascii() else _pattern().findall(folded)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one text.

    Attributes:
        hashes: one 64-bit hash a word in order, `(words,)`: the same in every process and run.
        joined: the words themselves, a space between two of them, as UTF-8.
    """

    hashes: Hashes
    joined: bytes

    def __len__(self) -> int:
        return len(self.hashes)

    @property
    def digest(self) -> bytes:
        """16 bytes that two texts share exactly when their words are the same (but for one chance in 2**128)."""
        return blake2b(self.joined, digest_size=16).digest()


def read(text: str) -> Words:
    """The words of `text`, as `words` has them, cut by a compiled loop."""
    from maskzoo.documents.word_kernel import FOLDED, cut, cut_points

    if text.isascii():
        raw = np.frombuffer(text.encode(), dtype=np.uint8)
        joined, hashed = _room(len(raw) + 1)
        length, count = cut(raw, FOLDED, joined, hashed)
    else:
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        joined, hashed = _room(LONGEST_FOLD * len(points))
        length, count = cut_points(points, *_tables(), joined, hashed)
    return Words(hashed[:count].copy(), joined[:length].tobytes())


@cache
def _tables() -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    """What `cut_points` asks of the code points up to its `KNOWN`: their kinds and what they fold to."""
    from maskzoo.documents.word_kernel import ALONE, KNOWN, LETTER, MARK

    every = [chr(code) for code in range(KNOWN)]
    kinds = np.fromiter((LETTER * one.isalnum() for one in every), np.uint8, KNOWN)
    unspaced = np.array([ord(one) for one in re.findall(f"[{UNSPACED}]", "".join(every))])
    kinds[unspaced] = ALONE
    kinds[[ord(mark) for mark in marks()]] |= MARK
    folds = np.zeros((KNOWN, 3), dtype=np.uint32)
    folds[:, 0] = np.arange(KNOWN)
    for code, one in enumerate(every):
        folded = one.casefold()
        if folded != one:
            folds[code] = [*map(ord, folded), 0, 0][:3]
    return kinds, folds


@cache
def _rooms() -> dict[str, Any]:
    return {"size": 0}


def _room(size: int) -> tuple[NDArray[np.uint8], Hashes]:
    """Arrays for so many bytes and their words, the same ones each time: new memory would cost as much as the work."""
    rooms = _rooms()
    if rooms["size"] < size:
        rooms["size"] = 1 << (size - 1).bit_length()
        rooms["arrays"] = np.empty(rooms["size"], np.uint8), np.empty(rooms["size"] // 2 + 1, np.uint64)
    joined, hashed = rooms["arrays"]
    return joined, hashed


def gathered(words: list[str]) -> Words:
    """Words that were cut already."""
    return Words(hashes(words), " ".join(words).encode())


def digest(words: list[str]) -> bytes:
    """`Words.digest` of words."""
    return blake2b(" ".join(words).encode(), digest_size=16).digest()


def hashes(words: list[str]) -> Hashes:
    """`Words.hashes` of words, or of any other strings, `(words,)`."""
    from maskzoo.documents.word_kernel import hash_separated

    result = np.empty(len(words), dtype=np.uint64)
    joined = "\0".join(words) + "\0"
    if joined.count("\0") > max(1, len(words)):  # a string that holds the separator: written in a way no other one is
        joined = "\0".join(word.replace("\0", "\udc00") for word in words) + "\0"
    if words:
        hash_separated(np.frombuffer(joined.encode(errors="surrogatepass"), dtype=np.uint8), result)
    return result


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
            return mixed(value)
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
    return int(mixed(np.array([value], dtype=np.uint64))[0])


@cache
def _powers(size: int) -> Hashes:
    """1, m, m**2, ... modulo 2**64."""
    powers = np.full(size, MULTIPLIER, dtype=np.uint64)
    powers[0] = 1
    return np.multiply.accumulate(powers)


def mixed(values: Any) -> Hashes:
    """The finaliser of splitmix64 (Steele et al. 2014), in place: sums become spread over all 64 bits."""
    values ^= values >> np.uint64(30)
    values *= np.uint64(0xBF58476D1CE4E5B9)
    values ^= values >> np.uint64(27)
    values *= np.uint64(0x94D049BB133111EB)
    values ^= values >> np.uint64(31)
    result: Hashes = values
    return result
