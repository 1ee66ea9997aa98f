"""Web addresses."""

import re
from collections.abc import Iterator

TITLE = "web addresses"
PRIORITY = 11
URL = re.compile(r"(?:\b(?:https?|ftp)://|\bwww\.)[^\s<>\"'{}|\\^`\[\]]+", re.IGNORECASE)
END = ".,;:!?"


def candidates(text: str, regions: tuple[str, ...]) -> Iterator[tuple[int, int, str]]:
    """Addresses with a scheme or `www.`; punctuation behind them is none of theirs."""
    if "://" not in text and "www." not in text.lower():
        return
    for match in URL.finditer(text):
        found = match.group().rstrip(END)
        while found.endswith(")") and found.count(")") > found.count("("):
            found = found[:-1].rstrip(END)
        yield match.start(), match.start() + len(found), "[URL]"
