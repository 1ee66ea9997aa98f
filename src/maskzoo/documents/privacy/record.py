"""Numbers of medical records, encounters and specimens."""

import re
from collections.abc import Iterator

TITLE = "medical record numbers"
PRIORITY = 22
NUMBER = r"(?P<number>(?=[A-Z0-9-]*\d[A-Z0-9-]*\d[A-Z0-9-]*\d)[A-Z0-9]+(?:-[A-Z0-9]+)*)\b"
LABEL = (
    r"\b(?:MRN|MR ?(?:#|No\.?|number)|(?:medical|health|hospital|patient|clinic) (?:record|chart)"
    r"(?: (?:no\.?|number|#|id))?|(?:chart|unit|hospital|encounter|visit|admission|patient|episode) "
    r"(?:no\.?|number|#|id(?:entifier)?)|(?:accession|specimen|case) (?:no\.?|number|#|id)"
    r"(?= ?[:#.]? ?(?:[A-Z]{1,3}-?)?\d\d-\d))"
)
LABELLED = re.compile(rf"{LABEL}(?: (?:is|was))? ?[:#.]* ?{NUMBER}", re.IGNORECASE)
SPECIMEN = re.compile(r"(?<![\w-])(?:S|SP|SU|CY|NG|PS|BX)-?\d{2}-\d{3,6}(?![\w-])")


def candidates(text: str, regions: tuple[str, ...]) -> Iterator[tuple[int, int, str]]:
    """A number with at least three digits after a label (`MRN: 0048213`), and numbers of specimens (`S21-10482`)."""
    for match in LABELLED.finditer(text):
        yield *match.span("number"), "[RECORD]"
    for match in SPECIMEN.finditer(text):
        yield *match.span(), "[RECORD]"
