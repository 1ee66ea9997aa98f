"""International bank account numbers."""

import re
from collections.abc import Iterator

TITLE = "IBANs"
PRIORITY = 20
# begins with characters, not with what stands before them: so the engine skips to the next one
IBAN = re.compile(r"[A-Z](?<![A-Za-z0-9].)[A-Z]\d{2}(?:[ -]?[A-Z0-9]){11,30}(?![A-Za-z0-9])")


def candidates(text: str, regions: tuple[str, ...]) -> Iterator[tuple[int, int, str]]:
    """Numbers with right check digits (the words after one may be in capitals too, and are none of it)."""
    from stdnum import iban

    for match in IBAN.finditer(text):
        candidate = match.group()
        for end in range(len(candidate), 14, -1):
            if candidate[end - 1] not in " -" and iban.is_valid(candidate[:end], check_country=False):
                yield match.start(), match.start() + end, "[IBAN]"
                break
