"""Cleaning that keeps what layout says: line breaks and indentation, tabs among it, stay as they are."""

import re
import unicodedata

from maskzoo.documents.normalising import INVISIBLE

LINE_BREAK = re.compile("\r\n?|[\x85\u2028\u2029]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
TRAILING = re.compile(r"[ \t]+$", re.MULTILINE)
EMPTY_LINES = re.compile(r"\n{4,}")  # style guides allow two in a row


def normalise(text: str) -> str:
    """NFC, `\\n` at line ends, no trailing blanks, no control characters, at most two empty lines in a row.

    Leading indentation, tabs and blanks inside a line stay. The text starts with its first line that is not empty and
    ends without a line break.
    """
    text = LINE_BREAK.sub("\n", text)
    if not text.isascii():
        text = INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    text = TRAILING.sub("", CONTROL.sub("", text))
    return EMPTY_LINES.sub("\n\n\n", text).strip("\n")
