"""Personal data replaced by placeholders: e-mail, names, dates, record numbers and what else health data law lists.

One module a kind, found by its name. Each has `TITLE` (the kind as a reader calls it), `PRIORITY` (of two kinds that
claim the same characters the lower number wins) and `candidates(text, regions)`, which yields `(start, end,
replacement)` in any order. Cheap patterns find candidates; python-stdnum, phonenumbers and the standard library say
which are real. Nothing here keeps a value.

The kinds follow the Safe Harbor list of the HIPAA Privacy Rule, 45 CFR 164.514(b)(2).
"""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from types import ModuleType

from maskzoo import registry


@dataclass(frozen=True, order=True, slots=True)
class Finding:
    """Characters `start` to `end` of a text are personal data of a kind, to be written as `replacement`."""

    start: int
    end: int
    kind: str
    replacement: str


def scrub(text: str, kinds: Sequence[str], regions: Sequence[str]) -> tuple[str, Counter[str]]:
    """The text with `[EMAIL]`, `[NAME]`, `[DATE]` ... for what was found, and how many of each kind.

    Args:
        kinds: modules of this package.
        regions: ISO 3166 codes whose national phone formats are read; numbers that start with + are read anyway.
    """
    findings = find(text, kinds, regions)
    if not findings:
        return text, Counter()
    parts, end = [], 0
    for finding in findings:
        parts += [text[end : finding.start], finding.replacement]
        end = finding.end
    parts.append(text[end:])
    return "".join(parts), Counter(finding.kind for finding in findings)


def find(text: str, kinds: Sequence[str], regions: Sequence[str]) -> list[Finding]:
    """What personal data of these kinds is in the text, from left to right, without overlaps."""
    taken: list[Finding] = []
    for kind, module in _modules(tuple(kinds)):
        for start, end, replacement in module.candidates(text, tuple(regions)):
            finding = Finding(start, end, kind, replacement)
            if not _overlaps(finding, taken):
                insort(taken, finding)
    return taken


def titles(kinds: Sequence[str]) -> list[str]:
    """The kinds as a reader calls them, in the order given."""
    modules = dict(_modules(tuple(kinds)))
    return [modules[kind].TITLE for kind in kinds]


def _overlaps(finding: Finding, taken: list[Finding]) -> bool:
    place = bisect_left(taken, finding)
    before = place > 0 and taken[place - 1].end > finding.start
    return before or (place < len(taken) and taken[place].start < finding.end)


@cache
def _modules(kinds: tuple[str, ...]) -> tuple[tuple[str, ModuleType], ...]:
    found = [(kind, registry.load("privacy", kind)) for kind in kinds]
    return tuple(sorted(found, key=lambda pair: int(pair[1].PRIORITY)))
