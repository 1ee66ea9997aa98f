"""Normalising the text of one document: Unicode, line ends, invisible characters, white space.

Most documents need next to nothing of it. One look at the characters says which patterns can find anything; only those
are searched for.
"""

import re
import unicodedata
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
# invisible in every script: soft hyphen, zero-width space, direction marks, joiner, byte order mark, non-characters
INVISIBLE = re.compile(
    "[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufffe\uffff\ufff9\ufffb]"
)
# joiners spell words in Persian and Indic scripts; beside a Latin letter or at an edge they are residue, but behind a
# virama they make another letter, whatever follows (Malayalam chillus, Bengali khanda ta: Unicode 16.0, chapter 12)
VIRAMAS = "".join(chr(code) for code in range(0x900, 0x12000) if unicodedata.combining(chr(code)) == 9)
JOINER = re.compile(f"(?<![^\x00-\u024f])[\u200c\u200d]|(?<![{VIRAMAS}])[\u200c\u200d](?![^\x00-\u024f])")
# vertical tab and form feed part lines of slides and pages, and so do the separators of files, groups and records
LINE_BREAK = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028]")
ODD_SPACES = "\t\x1f\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\ufffa"  # the last parts a word from its gloss
SPACES = re.compile(f" [ {ODD_SPACES}]+|[{ODD_SPACES}][ {ODD_SPACES}]*")  # all but a single plain space
EDGES = re.compile(r" ?\n ?")
PARAGRAPH = re.compile(r"\n{3,}")

# what a look at the characters asks of each, added up
BREAKS, HIDDEN, JOINS, CONTROLS, SPACED = 1, 2, 4, 8, 16
ASKED = (
    (BREAKS, LINE_BREAK.pattern),
    (HIDDEN, INVISIBLE.pattern),
    (JOINS, "[\u200c\u200d]"),
    (CONTROLS, CONTROL.pattern),
    (SPACED, f"[{ODD_SPACES}]"),
)


def normalise(text: str) -> str:
    """NFC, without control and invisible characters, single spaces, lines stripped, at most one empty line in a row."""
    seen = _look(text)
    if seen & BREAKS:
        text = LINE_BREAK.sub("\n", text)
    if not text.isascii():
        text = text.replace("\u2029", "\n\n")
    if seen & HIDDEN:
        text = INVISIBLE.sub("", text)
    if seen & JOINS:
        text = JOINER.sub("", text)
    if seen & CONTROLS:
        text = CONTROL.sub("", text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if seen & SPACED or "  " in text:
        text = SPACES.sub(" ", text)
    if " \n" in text or "\n " in text:
        text = EDGES.sub("\n", text)
    if "\n\n\n" in text:
        text = PARAGRAPH.sub("\n\n", text)
    return text.strip()


def _look(text: str) -> int:
    """What is asked of any of the characters."""
    raw = text.encode("ascii" if text.isascii() else "utf-32-le", "surrogatepass")
    points: NDArray[Any] = np.frombuffer(raw, dtype=np.uint8 if text.isascii() else np.uint32)
    return int(np.bitwise_or.reduce(_table().take(points, mode="clip"))) if text else 0


@cache
def _table() -> NDArray[np.uint8]:
    """What is asked of each character of the first plane; the last entry is for those beyond, of which nothing is."""
    table = np.zeros(0x10001, dtype=np.uint8)
    plane = "".join(map(chr, range(0x10000)))
    for asked, pattern in ASKED:
        table[[ord(match.group()) for match in re.finditer(pattern, plane)]] |= asked
    return table


def decodable(text: str) -> str | None:
    """None when `text` is whole Unicode, else the same with its lone surrogates replaced."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return None
