"""Telephone and fax numbers."""

import re
from collections.abc import Iterator

TITLE = "phone and fax numbers"
PRIORITY = 40
# begins with characters, not with what stands before them: so the engine skips to the next one
PHONE = re.compile(r"[+(\d](?<![\w.,/+-].)(?:(?<=\d)|(?<=[+(])\d)[\d() \u00a0./-]{5,22}\d(?![\w-])")
# what announces a number, in the languages of the regions that are read
CUE = re.compile(
    r"(?:\b(?:t(?:e|é)l(?:(?:e|é)fono?|(?:e|é)phone|efone?)?|tlf|phone|fax|call|cell|mobile?|contact|hotline|reach|ring|dial"
    r"|portable|appele[rz]|joindre|standard|num(?:e|é)ro|m(?:o|ó)vil|celular|cellulare|ll(?:a|á)m\w*|chiam\w+"
    r"|telefon\w*|handy|mobil\w*|ruf\w*|anruf\w*|durchwahl|bel\w*|ligue|contacto?|kontakt\w*|simu|m(?:o|ó)gala"
    r"|тел(?:ефон)?\w*|факс\w*)\b|[☎📞✆☏]|电话|電話|전화)[^\n\t]{0,30}\Z",
    re.IGNORECASE,
)
BEFORE = 48  # characters that are looked at for it
# nothing but digits and spaces, or thousands with points: a row of a table and a number of a section look the same
AMBIGUOUS = re.compile(r"[\d \u00a0]+|\d{1,3}(?:\.\d{3})+")
NEIGHBOUR = re.compile(r"\d[ \t|;,]*$|^[ \t|;,]*\d")
SEPARATOR = re.compile(r"[() \u00a0./-]")


def candidates(text: str, regions: tuple[str, ...]) -> Iterator[tuple[int, int, str]]:
    """Numbers that are valid in one of the regions, or anywhere with a +; a bare run of digits never is one.

    Groups of digits with spaces alone between them, or points as in thousands, are one where something announces them,
    or where they begin with the 0 that trunk calls have and stand apart from other numbers.
    """
    for match in PHONE.finditer(text):
        start, end = match.start(), match.start() + _length(match.group(), regions)
        if start < end and (not AMBIGUOUS.fullmatch(text, start, end) or _announced(text, start, end)):
            yield start, end, "[PHONE]"


def _announced(text: str, start: int, end: int) -> bool:
    """Whether groups of digits in a text are said to be a number to call, or can hardly be anything else."""
    if CUE.search(text, max(0, start - BEFORE), start):
        return True
    alone = not NEIGHBOUR.search(text[max(0, start - 8) : start]) and not NEIGHBOUR.match(text[end : end + 8])
    return text[start] == "0" and alone


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
