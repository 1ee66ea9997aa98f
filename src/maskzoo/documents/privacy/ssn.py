"""US social security numbers."""

import re
from collections.abc import Iterator

TITLE = "US social security numbers"
PRIORITY = 21
# begins with characters, not with what stands before them: so the engine skips to the next one
SSN = re.compile(r"\d(?<![\w-]\d)\d{2}([- ])\d{2}\1\d{4}(?![\w-])")
CUE = re.compile(r"\b(?:SSN|soc(?:ial|\.)? sec(?:urity|\.)?)\b[^.;\n]{0,40}\Z", re.IGNORECASE)
BEFORE = 60  # characters that are looked at for it


def candidates(text: str, regions: tuple[str, ...]) -> Iterator[tuple[int, int, str]]:
    """Numbers of areas and groups that were issued: with hyphens, or with spaces where the text says what they are.

    Three numbers in a row of a table look the same.
    """
    for match in SSN.finditer(text):
        from stdnum.us import ssn

        if match[1] == " " and not CUE.search(text, max(0, match.start() - BEFORE), match.start()):
            continue
        if ssn.is_valid(match.group().replace(" ", "-")):
            yield *match.span(), "[SSN]"
