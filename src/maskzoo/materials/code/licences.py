"""Under which licence a file stands: what its record says, unless the file itself says otherwise."""

import re
from collections.abc import Collection

HEAD = 4000  # characters in which a licence is looked for
SPDX = re.compile(r"SPDX-License-Identifier:[ \t]*([^\n*]+)")
WORDS = re.compile(r"\s*(\(|\)|[\w.+:-]+)")
# licences that files name in words rather than by an SPDX line
NAMED = (
    (re.compile(r"GNU\s+Affero\s+General\s+Public\s+License|\bAGPL\b|\bAGPLv?\d", re.IGNORECASE), "AGPL"),
    (re.compile(r"GNU\s+(?:Lesser|Library)\s+General\s+Public\s+License|\bLGPLv?\d?\b", re.IGNORECASE), "LGPL"),
    (re.compile(r"GNU\s+General\s+Public\s+License|\bGPLv?\d?\b", re.IGNORECASE), "GPL"),
    (re.compile(r"Mozilla\s+Public\s+License", re.IGNORECASE), "MPL"),
    (re.compile(r"Eclipse\s+Public\s+License", re.IGNORECASE), "EPL"),
    (re.compile(r"Business\s+Source\s+License", re.IGNORECASE), "BUSL"),
    (re.compile(r"Server\s+Side\s+Public\s+License", re.IGNORECASE), "SSPL"),
    (re.compile(r"\bCC[ -]BY-(?:NC|ND)\b|Attribution-(?:NonCommercial|NoDerivatives)", re.IGNORECASE), "CC-BY-NC"),
    (
        re.compile(
            r"\bproprietary\s+and\s+confidential|\bconfidential\s+and\s+proprietary"
            r"|all\s+rights\s+reserved\.?\s+proprietary",
            re.IGNORECASE,
        ),
        "proprietary",
    ),
)
# what any of these heads has; the longer search is for files that do
HINTS = re.compile(r"[lL]icen[sc]e|LICEN[SC]E|GPL|(?:BY|by)-N|Attribution-No|[pP]roprietary|PROPRIETARY")
COMMENT_MARKS = re.compile(r"\n[ \t]*(?:\*|//|#)+")


def objection(text: str, stated: str, allowed: Collection[str]) -> tuple[str, str] | None:
    """Why a file may not be used: (reason, detail), or None where its licence is allowed.

    Args:
        stated: what the record (or else its source) says, an SPDX id or expression; "" for nothing.
        allowed: SPDX ids, whatever case.
    """
    licence = in_header(text) or stated.strip()
    if not licence:
        return "no_licence", "neither its record nor its header names a licence"
    if not permitted(licence, frozenset(name.casefold() for name in allowed)):
        return "licence", f"{licence} is not among the allowed licences"
    return None


def in_header(text: str) -> str | None:
    """The licence that the first lines of a file name: an SPDX expression, or a family such as GPL."""
    head = text[:HEAD]
    if match := SPDX.search(head):
        return match.group(1).removesuffix("-->").strip().removesuffix("*/").strip()
    if HINTS.search(head):
        flat = COMMENT_MARKS.sub(" ", head)
        return next((name for pattern, name in NAMED if pattern.search(flat)), None)
    return None


def permitted(expression: str, allowed: frozenset[str]) -> bool:
    """Whether an SPDX expression can be met by allowed (casefolded) licences: one side of OR suffices, AND needs both.

    A licence WITH an exception counts as what stands before WITH; what cannot be parsed is not allowed.
    """
    words = WORDS.findall(expression)
    value, rest = _either(words, allowed)
    return value and not rest


def _either(words: list[str], allowed: frozenset[str]) -> tuple[bool, list[str]]:
    value, rest = _both(words, allowed)
    while rest and rest[0].upper() == "OR":
        other, rest = _both(rest[1:], allowed)
        value = value or other
    return value, rest


def _both(words: list[str], allowed: frozenset[str]) -> tuple[bool, list[str]]:
    value, rest = _single(words, allowed)
    while rest and rest[0].upper() == "AND":
        other, rest = _single(rest[1:], allowed)
        value = value and other
    return value, rest


def _single(words: list[str], allowed: frozenset[str]) -> tuple[bool, list[str]]:
    if not words:
        return False, words
    if words[0] == "(":
        value, rest = _either(words[1:], allowed)
        return (value, rest[1:]) if rest[:1] == [")"] else (False, rest)
    rest = words[1:]
    if rest[:1] and rest[0].upper() == "WITH":
        rest = rest[2:]
    return words[0].casefold() in allowed, rest
