"""Dates: all but the year, which Safe Harbor lets stay. Days of the week and times of day are left, too."""

import re
from collections.abc import Iterator

TITLE = "dates (years stay)"
PRIORITY = 30
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
SHORT = "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec"
MONTH = rf"(?:{MONTHS}|(?:{SHORT})\b\.?)"
DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
YEAR = r"((?:1[89]|20)\d\d)\b"
WRITTEN = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # July 3 to 5, 2008
        rf"\b{MONTH} {DAY}\b(?: ?(?:-|–|to|and|through) ?(?:{MONTH} )?{DAY}\b)?(?:,? (?:of )?{YEAR}|(?![.,]?\d))",
        # the 3rd of July 2008
        rf"\b{DAY}(?: ?(?:-|–|to|and) ?{DAY})?(?: day)? (?:of )?{MONTH}(?:,? (?:of )?{YEAR}|\b)",
        # 3-Jul-08
        rf"\b{DAY}-(?:{SHORT}|{MONTHS})-(?:{YEAR}|'?\d\d\b)",
        # July 2008
        rf"\b{MONTH},? (?:of )?{YEAR}",
    )
)
ANY_MONTH = re.compile(rf"\b(?:{MONTHS}|(?:{SHORT}))\b", re.IGNORECASE)
MODAL = re.compile(r"\bmay\b")  # group 2 may be larger
PLAIN = MONTHS.replace("|May", "").replace("March|", "").replace("August|", "").lower()  # no verb, no adjective
ALONE = re.compile(
    r"\b(?:[Ii]n|[Ss]ince|[Uu]ntil|[Oo]f|[Ll]ast|[Tt]his|[Nn]ext|[Ee]arly|[Mm]id|[Ll]ate|[Bb]y|[Ff]rom|[Tt]hrough"
    rf"|[Bb]etween)[ -]({MONTHS}|{PLAIN})\b(?! (?:Hospital|Clinic))"
)
UNITS = r"(?! ?(?:mg|mcg|g|ml|mL|mm|cm|units?|%)\b)"
NUMERIC = re.compile(
    r"(?<![\w./-])(?:"
    r"(?P<a>\d{1,2})(?P<s>[/.-])(?P<b>\d{1,2})(?P=s)(?P<y>\d{4}|\d{2})"
    r"|(?P<iso>(?:19|20)\d\d)(?P<t>[-/.])(?:0?[1-9]|1[0-2])(?P=t)(?:0?[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|1[0-2])/(?P<month>(?:19|20)\d\d)"
    rf")(?![\w/-]|\.\d){UNITS}"
)
DAY_AND_MONTH = re.compile(
    r"\b(?:on|since|until|dated|before|after|date:?|through) ((?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01]))"
    rf"(?![\w/%]|\.\d| ?(?:strength|in |of )){UNITS}",
    re.IGNORECASE,
)
PAIR = re.compile(r"\d[/.-]\d")


def candidates(text: str, regions: tuple[str, ...]) -> Iterator[tuple[int, int, str]]:
    """Written and numeric dates, a month with its year, a month after a word such as `since`, 3/14 after `on`."""
    if ANY_MONTH.search(text):
        for pattern in WRITTEN:
            for match in pattern.finditer(text):
                if not MODAL.search(match.group()):
                    yield *match.span(), _placeholder(match[1])
        for match in ALONE.finditer(text):
            yield *match.span(1), "[DATE]"
    if PAIR.search(text):
        for match in NUMERIC.finditer(text):
            year = match["iso"] or match["month"] or _year(match["a"], match["s"], match["b"], match["y"])
            if year is not None:
                yield *match.span(), _placeholder(year)
        for match in DAY_AND_MONTH.finditer(text):
            yield *match.span(1), "[DATE]"


def _year(first: str, separator: str, second: str, year: str) -> str | None:
    """The year as it may stay ("" where it has two digits); None where the numbers are no date."""
    one, other = int(first), int(second)
    if not (1 <= one <= 12 and 1 <= other <= 31) and not (1 <= other <= 12 and 1 <= one <= 31):
        return None
    if len(year) == 2:
        return None if separator == "." else ""  # 3.5.12 is the point of an outline more often than a day
    return year if 1800 <= int(year) <= 2100 else None


def _placeholder(year: str | None) -> str:
    return f"[DATE] {year}" if year else "[DATE]"
