"""Letters of a text as 64-bit hashes, and how many of them make a word: what evaluation texts are looked up by.

The same sentence is cut into words in many ways: `did n't` and `didn't`, a prefix apart from its stem, a hyphen at the
end of a line, scripts that have no spaces at all. Its letters are the same in all of them. So white space and
punctuation count for nothing here, compatible forms (full width, ligatures, mathematical letters) are one letter
(NFKC), and lengths that people give in words are turned into letters by what a word has in the script of the text.
"""

import html
import unicodedata
from collections.abc import Iterable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from maskzoo.documents.words import MULTIPLIER, Hashes, marks, mixed, read

OTHER, ALPHABET, HANGUL, HAN, ABUGIDA = range(5)
# letters in a word of running text, about: alphabets and abjads; Korean with its particles; Chinese and kana; Thai,
# Lao, Burmese, Khmer
LETTERS_A_WORD = {ALPHABET: 5, HANGUL: 3, HAN: 2, ABUGIDA: 4}
UNSPACED = (HAN, ABUGIDA)  # scripts that are written without spaces between words
KNOWN = 0x40000  # code points of the tables
_RANGES = {
    HANGUL: ((0x1100, 0x11FF), (0x3130, 0x318F), (0xA960, 0xA97F), (0xAC00, 0xD7FF)),
    HAN: ((0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF)),
    ABUGIDA: ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF)),
}


def letters(text: str) -> Hashes:
    """Hashes of the letters, digits and marks of `text` in their order, casefolded, `(letters,)` uint64."""
    if "&" in text and ";" in text:
        text = html.unescape(text)
    if text.isascii():
        raw = np.frombuffer(text.encode(), dtype=np.uint8)
        kept, hashed = _ascii()
        return hashed[raw[kept[raw]]]
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    points = np.minimum(np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), dtype=np.uint32), KNOWN - 1)
    return _hashes()[points[_scripts()[points] > OTHER]]


def script_of(text: str) -> int:
    """The kind of script that most letters of `text` are of; an alphabet where there are none."""
    return int(np.argmax(_counted(text)[1:])) + 1 if text and not text.isascii() else ALPHABET


def unspaced_share(texts: Iterable[str]) -> float:
    """Share of the letters of some texts that are of a script without spaces between words, 0 to 1."""
    counts = sum((_counted(text) for text in texts if text), start=np.zeros(5, dtype=np.int64))
    return float(sum(counts[script] for script in UNSPACED) / max(1, counts[1:].sum()))


def letters_a_word(text: str) -> int:
    """How many letters stand for a word where lengths are given in words: as the script of the text has it."""
    return LETTERS_A_WORD[script_of(text)]


def words_in(text: str, cut: int | None = None) -> int:
    """How many words a text has; about, where its script has no spaces.

    Args:
        cut: what `maskzoo.documents.words` counts, where each letter of such a script is one (default: counted here).
    """
    cut = len(read(text)) if cut is None else cut
    if text.isascii():
        return cut
    counts = _counted(unicodedata.normalize("NFC", text))
    unspaced = sum(int(counts[script]) for script in UNSPACED)
    return max(0, cut - unspaced) + sum(-(-int(counts[script]) // LETTERS_A_WORD[script]) for script in UNSPACED)


def _counted(text: str) -> NDArray[np.int64]:
    """How many characters are of each kind of script, `(5,)`."""
    points = np.minimum(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32), KNOWN - 1)
    return np.bincount(_scripts()[points], minlength=5)


@cache
def _scripts() -> NDArray[np.uint8]:
    """What each code point is, `(KNOWN,)`; `OTHER` where it is no letter, digit or mark."""
    table = np.fromiter((chr(code).isalnum() for code in range(KNOWN)), np.uint8, KNOWN)
    table[[ord(mark) for mark in marks()]] = ALPHABET
    for script, ranges in _RANGES.items():
        for first, last in ranges:
            table[first : last + 1] *= np.uint8(script)
    table[KNOWN - 1] = OTHER
    return table


@cache
def _hashes() -> Hashes:
    """A hash for every code point, the finaliser of splitmix64 (Steele et al. 2014), `(KNOWN,)`."""
    return mixed(np.arange(1, KNOWN + 1, dtype=np.uint64) * np.uint64(MULTIPLIER))


@cache
def _ascii() -> tuple[NDArray[np.bool_], Hashes]:
    """Which bytes of ASCII are letters or digits, and the hash of each in lower case, both `(128,)`."""
    kept = np.array([chr(code).isalnum() for code in range(128)])
    return kept, _hashes()[[ord(chr(code).lower()) for code in range(128)]]
