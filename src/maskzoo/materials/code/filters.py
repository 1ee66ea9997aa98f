"""Which files nobody wrote: generated and minified ones.

The thresholds on line lengths are those with which the training files of Codex were filtered (Chen et al. 2021,
arXiv:2107.03374, section 3.1); markers of generated code are the conventions of the tools that write them.
"""

import re

from maskzoo.materials.code.settings import Settings

HEAD_LINES = 40
COMMENT = r"^[ \t]*(?://+|/?\*+|#+|<!--)?[ \t]*"
GENERATED = re.compile(
    r"@generated\b"  # Facebook's and many formatters' marker
    r"|@Generated\b\s*\("  # javax.annotation.Generated
    r"|\bcode generated\b.{0,80}\bdo not edit\b"  # golang.org/s/generatedcode
    rf"|{COMMENT}(?:auto(?:matically)?[- ]?)?generated\s+(?:by|from|with|using)\b"
    r"|\b(?:this|the)\s+(?:\w+\s+)?(?:file|class|code|contract|library|module|source)\s+(?:is|was|has\s+been)\s+"
    r"(?:auto(?:matically)?[- ]?)?generated\b"
    r"|\bauto(?:matically)?[- ]?generated\b"
    r"|\bdo\s+not\s+(?:edit|modify)\s+(?:this\s+file|by\s+hand|manually|directly)\b"
    rf"|{COMMENT}do\s+not\s+edit\b",
    re.IGNORECASE | re.MULTILINE,
)


def objection(text: str, settings: Settings) -> tuple[str, str] | None:
    """(reason, detail) of the first filter that drops a cleaned file, or None."""
    return generated(text, settings) or minified(text, settings)


def generated(text: str, settings: Settings) -> tuple[str, str] | None:
    """Does it say near its top that a program wrote it?"""
    if not settings.generated:
        return None
    end = -1
    for _ in range(HEAD_LINES):
        end = text.find("\n", end + 1)
        if end < 0:
            break
    match = GENERATED.search(text if end < 0 else text[:end])
    return None if match is None else ("generated", f"says {' '.join(match.group().split())!r} near its top")


def minified(text: str, settings: Settings) -> tuple[str, str] | None:
    """Is it laid out for machines: very long lines, or hardly any white space?"""
    lines = text.split("\n")
    longest, mean = max(map(len, lines)), len(text) / len(lines)
    if longest > settings.max_line:
        return "minified", f"a line of {longest} characters > {settings.max_line}"
    if mean > settings.max_mean_line:
        return "minified", f"lines of {mean:.0f} characters on average > {settings.max_mean_line:g}"
    spaces = sum(map(text.count, " \n\t")) / max(1, len(text))
    if spaces < settings.min_space:
        return "minified", f"white space ratio {spaces:.3f} < {settings.min_space:g}"
    return None
