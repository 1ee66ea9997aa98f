"""E-mail addresses."""

import re
from collections.abc import Iterator

TITLE = "e-mail addresses"
PRIORITY = 10
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.)+[^\W\d_]{2,24}(?![\w-])")


def candidates(text: str, regions: tuple[str, ...]) -> Iterator[tuple[int, int, str]]:
    """Addresses with a domain that has a dot."""
    if "@" in text:
        for match in EMAIL.finditer(text):
            yield *match.span(), "[EMAIL]"
