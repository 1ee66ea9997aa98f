"""Other numbers of a person or of a thing of theirs: insurance, account, licence, vehicle, device."""

import re
from collections.abc import Iterator

TITLE = "account, insurance, licence, vehicle and device numbers"
PRIORITY = 23
NUMBER = r"(?P<number>(?=[A-Z0-9-]*\d[A-Z0-9-]*\d[A-Z0-9-]*\d)[A-Z0-9]+(?:[- ]?[A-Z0-9]*\d[A-Z0-9]*)*)\b"
THING = (
    r"(?:health plan|policy|member(?:ship)?|subscriber|beneficiary|insurance|medicare|medicaid|group|account|acct"
    r"|billing|licen[cs]e(?: plate)?|driver'?s licen[cs]e|certificate|DEA|NPI|passport|vehicle|plate|registration"
    r"|serial|device(?: serial)?|pacemaker serial|tax)"
)
LABELLED = re.compile(
    rf"\b{THING}\.? ?(?:no\b\.?|number|nos?\.|#|id\b|ID\b|identifier|s/n)(?: (?:is|was|of))? ?[:#.]* ?{NUMBER}"
    rf"|\b(?:VIN|DEA|NPI|S/N|acct|licen[cs]e plate|plate)\b ?[:#.]* ?{NUMBER.replace('number', 'other')}",
    re.IGNORECASE,
)
HARDWARE = re.compile(r"(?<![\w:-])[0-9A-F]{2}(?:([:-])[0-9A-F]{2})(?:\1[0-9A-F]{2}){4}(?![\w:-])", re.IGNORECASE)


def candidates(text: str, regions: tuple[str, ...]) -> Iterator[tuple[int, int, str]]:
    """A number with at least three digits after a label such as `Policy number`, and hardware addresses."""
    for match in LABELLED.finditer(text):
        yield *match.span("number" if match["number"] else "other"), "[ID]"
    for match in HARDWARE.finditer(text):
        yield *match.span(), "[ID]"
