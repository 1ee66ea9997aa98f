"""US social security numbers."""

import re
from collections.abc import Iterator

TITLE = "US social security numbers"
PRIORITY = 21
# begins with characters, not with what stands before them: so the engine skips to the next one
SSN = re.compile(r"\d(?<![\w-]\d)\d{2}([- ])\d{2}\1\d{4}(?![\w-])")


def candidates(text: str, regions: tuple[str, ...]) -> Iterator[tuple[int, int, str]]:
    """Numbers with separators, of areas and groups that were issued."""
    for match in SSN.finditer(text):
        from stdnum.us import ssn

        if ssn.is_valid(match.group().replace(" ", "-")):
            yield *match.span(), "[SSN]"
