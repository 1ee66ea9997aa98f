"""Internet addresses, versions 4 and 6."""

import re
from collections.abc import Iterator
from ipaddress import IPv6Address, ip_address

TITLE = "IP addresses"
PRIORITY = 12
FOUR = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w-]|\.\d)")
SIX = re.compile(r"(?<![\w:])(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}(?![\w:])", re.IGNORECASE)
LABEL = re.compile(r"\b(?:IP|host|server|address|login|logged|workstation)\b[^.\n]{0,20}$", re.IGNORECASE)
DIGITS = 8  # a point of an outline (4.1.2.3) or an enzyme (EC 2.7.11.1) has fewer, and starts low


def candidates(text: str, regions: tuple[str, ...]) -> Iterator[tuple[int, int, str]]:
    """Valid addresses; of version 4 those that are too long for the number of a section, or are called one."""
    if text.count(".") >= 3:
        for match in FOUR.finditer(text):
            long = match.group()[:3].isdigit() or sum(map(str.isdigit, match.group())) >= DIGITS
            if _valid(match.group()) and (long or LABEL.search(text, max(0, match.start() - 40), match.start())):
                yield *match.span(), "[IP]"
    if text.count(":") >= 3:
        for match in SIX.finditer(text):
            if isinstance(_valid(match.group()), IPv6Address) and sum(map(str.isalnum, match.group())) >= 6:
                yield *match.span(), "[IP]"


def _valid(candidate: str) -> object:
    try:
        return ip_address(candidate)
    except ValueError:
        return None
