"""Personal data replaced by placeholders: e-mail, IBAN, SSN-like and phone numbers.

Cheap patterns find candidates; python-stdnum and phonenumbers say which of them are real. Nothing here keeps a value.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence

from maskzoo.recipe.curation import PersonalData

EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.)+[^\W\d_]{2,24}(?![\w-])")
IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}(?![A-Za-z0-9])")
SSN = re.compile(r"(?<![\w-])\d{3}([- ])\d{2}\1\d{4}(?![\w-])")
PHONE = re.compile(r"(?<![\w.,/+-])(?:\+|\((?=\d)|(?=\d))\d[\d() \u00a0./-]{5,22}\d(?![\w-])")
SEPARATOR = re.compile(r"[() \u00a0./-]")


def scrub(text: str, kinds: Sequence[PersonalData], regions: Sequence[str]) -> tuple[str, Counter[str]]:
    """The text with `[EMAIL]`, `[IBAN]`, `[SSN]`, `[PHONE]` for what was found, and how many of each kind.

    Args:
        regions: ISO 3166 codes whose national phone formats are read; numbers that start with + are read anyway.
    """
    found: Counter[str] = Counter()
    if "email" in kinds and "@" in text:
        text = _replace(text, EMAIL, lambda match: len(match.group()), "email", found)
    if "iban" in kinds:
        text = _replace(text, IBAN, _iban_length, "iban", found)
    if "ssn" in kinds:
        text = _replace(text, SSN, _ssn_length, "ssn", found)
    if "phone" in kinds:
        text = _replace(text, PHONE, lambda match: _phone_length(match, regions), "phone", found)
    return text, found


def _replace(
    text: str, pattern: re.Pattern[str], length: Callable[[re.Match[str]], int], kind: str, found: Counter[str]
) -> str:
    """Replace the first `length(match)` characters of each candidate; 0 leaves it as it is."""

    def placeholder(match: re.Match[str]) -> str:
        taken = length(match)
        if not taken:
            return match.group()
        found[kind] += 1
        return f"[{kind.upper()}]{match.group()[taken:]}"

    return pattern.sub(placeholder, text)


def _iban_length(match: re.Match[str]) -> int:
    """Characters of the candidate that make a valid IBAN (the words after it may be in capitals too)."""
    from stdnum import iban

    candidate = match.group()
    for end in range(len(candidate), 14, -1):
        if candidate[end - 1] not in " -" and iban.is_valid(candidate[:end], check_country=False):
            return end
    return 0


def _ssn_length(match: re.Match[str]) -> int:
    from stdnum.us import ssn

    return len(match.group()) if ssn.is_valid(match.group().replace(" ", "-")) else 0


def _phone_length(match: re.Match[str], regions: Sequence[str]) -> int:
    """Length when the candidate is a phone number of one of the regions; a bare run of digits never is."""
    candidate = match.group()
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
