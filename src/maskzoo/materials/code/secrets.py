"""Secrets in source code, found by the plugins of detect-secrets and replaced by `[SECRET]`; nothing goes online.

Plugins for the tokens of single providers are taken as they are. Those that guess, from a variable's name or from
entropy, see quoted strings only and are held against that library's own heuristics, so that hashes in names,
alphabets, identifiers and `password = "password"` stay.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

from maskzoo.materials.code.settings import Settings

PLACEHOLDER = "[SECRET]"
GUESSING = {"KeywordDetector", "Base64HighEntropyString", "HexHighEntropyString"}
NOT_SECRET = {"IPPublicDetector", "CloudantDetector", "SoftlayerDetector"}  # addresses; two that take any assignment
NAMED = re.compile(r"(?i)key|pass|pwd|secret|contrase")
QUOTED = re.compile(r"""(?<!hex)(["'])([A-Za-z0-9+/_=-]{20,})\1""")  # hex"..." is what Solidity writes bytes as
HEX = re.compile(r"[0-9a-fA-F]+\Z")
KEY_START = re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----")
KEY_END = re.compile(r"-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----")
KEY_LINE = re.compile(r"[A-Za-z0-9+/=]{20,}")
REST = re.compile(r"(?:[\w+/=-]|\.(?=\w))*")  # what is left of a token behind a pattern that asks for no more
LONGEST_KEY = 10_000  # characters after which a key without an end is given up
SHORTEST_HEX = 32
SHORTEST_PASSWORD = 8
MIN_ENTROPY = 2.8  # bits a character, of what stands in a variable named like a password

Span = tuple[int, int, str]


def scrub(text: str, settings: Settings) -> tuple[str, Counter[str]]:
    """The text with secrets replaced, and how many of each kind (`secret_` + the plugin's name for it)."""
    counts: Counter[str] = Counter()
    parts: list[str] = []
    end = 0
    for start, stop, kind in sorted(_spans(text, settings), key=lambda span: (span[0], -span[1])):
        if start < end:
            continue
        parts += [text[end:start], PLACEHOLDER]
        end = stop
        counts["secret_" + re.sub(r"\W+", "_", kind.lower()).strip("_")] += 1
    return ("".join([*parts, text[end:]]), counts) if parts else (text, counts)


def _spans(text: str, settings: Settings) -> Iterator[Span]:
    yield from _private_keys(text)
    for kind, patterns in _providers():
        for pattern in patterns:
            for match in pattern.finditer(text):
                # a group is the secret within its surroundings, unless it is but the first letters of the whole
                groups = [
                    number
                    for number in range(1, pattern.groups + 1)
                    if match.group(number) and match.start(number) > match.start()
                ]
                for number in groups or [0]:
                    start, stop = match.span(number)
                    stop = REST.match(text, stop).end()  # type: ignore[union-attr]  # it matches everywhere
                    if _plausible(text[start:stop]):
                        yield start, stop, kind
    if settings.secret_keywords:
        yield from _named(text)
    if settings.secret_entropy is not None:
        yield from _random(text, settings.secret_entropy)


def _private_keys(text: str) -> Iterator[Span]:
    """The encoded lines of a key, its begin and end lines stay."""
    for begin in KEY_START.finditer(text):
        close = KEY_END.search(text, begin.end(), begin.end() + LONGEST_KEY)
        stop = close.start() if close else begin.end() + LONGEST_KEY
        for line in KEY_LINE.finditer(text, begin.end(), stop):
            yield line.start(), line.end(), "Private Key"


@cache
def _providers() -> list[tuple[str, list[re.Pattern[str]]]]:
    """Kind and patterns of every plugin that knows what a token of its provider looks like."""
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class

    found = []
    known: dict[str, Any] = get_mapping_from_secret_type_to_class()
    for kind, plugin in sorted(known.items()):
        if plugin.__name__ in GUESSING | NOT_SECRET or kind == "Private Key":
            continue
        found.append((kind, list(plugin().denylist)))
    return found


def _named(text: str) -> Iterator[Span]:
    """Quoted values of variables named like a password, looked at line by line."""
    plugin = _guessing("KeywordDetector")
    for mention in _lines_with(NAMED, text):
        start, line = mention
        for value in plugin.analyze_string(line):
            at = line.find(value)
            if at >= 0 and _password(value, line):
                yield start + at, start + at + len(value), plugin.secret_type


def _lines_with(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, str]]:
    """(offset, line) of every line with a match, once."""
    at = 0
    while match := pattern.search(text, at):
        start = text.rfind("\n", 0, match.start()) + 1
        stop = text.find("\n", match.end())
        stop = len(text) if stop < 0 else stop
        yield start, text[start:stop]
        at = stop + 1
        if at > len(text):
            return


def _password(value: str, line: str) -> bool:
    from detect_secrets.filters.heuristic import is_indirect_reference, is_likely_id_string

    mixed = any(map(str.isdigit, value)) and any(map(str.isalpha, value)) and not any(map(str.isspace, value))
    if not mixed or len(value) < SHORTEST_PASSWORD or not _plausible(value):
        return False
    if is_likely_id_string(value, line) or is_indirect_reference(line):
        return False
    return bool(_entropy(value) >= MIN_ENTROPY)


def _random(text: str, limits: tuple[float, float]) -> Iterator[Span]:
    """Quoted strings whose characters look drawn at random."""
    base64, hexadecimal = _guessing("Base64HighEntropyString"), _guessing("HexHighEntropyString")
    for match in QUOTED.finditer(text):
        value = match.group(2)
        if HEX.match(value):
            sure = len(value) >= SHORTEST_HEX and hexadecimal.calculate_shannon_entropy(value) > limits[1]
            kind = hexadecimal.secret_type
        else:
            mixed = all(any(map(test, value)) for test in (str.isupper, str.islower, str.isdigit))
            sure = mixed and base64.calculate_shannon_entropy(value) > limits[0]
            kind = base64.secret_type
        if sure and _plausible(value):
            yield match.start(2), match.end(2), kind


@cache
def _guessing(name: str) -> Any:
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class

    known: dict[str, Any] = get_mapping_from_secret_type_to_class()
    return next(plugin for plugin in known.values() if plugin.__name__ == name)()


def _plausible(value: str) -> bool:
    """Neither an identifier, a sequence, a template nor a row of signs."""
    from detect_secrets.filters import heuristic

    return not (
        heuristic.is_potential_uuid(value)
        or heuristic.is_sequential_string(value)
        or heuristic.is_templated_secret(value)
        or heuristic.is_prefixed_with_dollar_sign(value)
        or heuristic.is_not_alphanumeric_string(value)
    )


def _entropy(value: str) -> float:
    """Shannon entropy in bits a character."""
    from math import log2

    counts = Counter(value)
    return -sum(count / len(value) * log2(count / len(value)) for count in counts.values())
