"""Ages over 89, which Safe Harbor counts among the identifiers."""

import re
from collections.abc import Iterator

TITLE = "ages over 89"
PRIORITY = 31
TENS = "ninety"
ONES = "one|two|three|four|five|six|seven|eight|nine"
OLD = rf"(?P<age>9\d|1[01]\d|120|{TENS}(?:[- ](?:{ONES}))?|(?:one|a) hundred(?:(?: and)? (?:{ONES}))?)"
AFTER = rf"\b{OLD}(?:[- ]?(?:years?|yrs?)[- ](?:old|of age)\b|[- ]?(?:y/o|y\.o\.|yo|yr\.? old)\b)"
BEFORE = (
    rf"\b(?:aged?:?|age of|age is|turned|turning) {OLD.replace('age>', 'age2>')}"
    r"\b(?![.,]?\d|[- ]?(?:days?|weeks?|months?|hours?|min|h\b|d\b|%))"
)
AGE = re.compile(rf"{AFTER}|{BEFORE}", re.IGNORECASE)
CATEGORY_BEFORE = re.compile(
    r"\b(?:over|above|older than|more than|at least|under|below|\d ?[-–]|\d to|\d and) ?$", re.IGNORECASE
)
CATEGORY_AFTER = re.compile(r"(?:[- ]years?)?,? (?:and|or) (?:older|over|above|up)\b", re.IGNORECASE)


def candidates(text: str, regions: tuple[str, ...]) -> Iterator[tuple[int, int, str]]:
    """The number in `a 93-year-old woman`, `aged 93`, `93 y/o`; not in a class of ages such as `90 and older`."""
    for match in AGE.finditer(text):
        group = "age" if match["age"] else "age2"
        start, end = match.span(group)
        if CATEGORY_BEFORE.search(text, max(0, start - 12), start) or CATEGORY_AFTER.match(text, end):
            continue
        yield start, end, "[AGE]"
