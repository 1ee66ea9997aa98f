"""Telephone and fax numbers."""

import re
from collections.abc import Iterator

TITLE = "phone and fax numbers"
PRIORITY = 40
# begins with characters, not with what stands before them: so the engine skips to the next one
PHONE = re.compile(r"[+(\d](?<![\w.,/+-].)(?:(?<=\d)|(?<=[+(])\d)[\d() \u00a0./-]{5,22}\d(?![\w-])")
SEPARATOR = re.compile(r"[() \u00a0./-]")


def candidates(text: str, regions: tuple[str, ...]) -> Iterator[tuple[int, int, str]]:
    """Numbers that are valid in one of the regions, or anywhere with a +; a bare run of digits never is one."""
    for match in PHONE.finditer(text):
        length = _length(match.group(), regions)
        if length:
            yield match.start(), match.start() + length, "[PHONE]"


def _length(candidate: str, regions: tuple[str, ...]) -> int:
    if not candidate.startswith("+") and not SEPARATOR.search(candidate):
        return 0
    if not 7 <= sum(character.isdigit() for character in candidate) <= 15:
        return 0
    from phonenumbers import Leniency, PhoneNumberMatcher

    for region in regions or ("ZZ",):
        for phone in PhoneNumberMatcher(candidate, region, leniency=Leniency.VALID, max_tries=3):
            if phone.start <= 1:
                return int(phone.end)
    return 0
