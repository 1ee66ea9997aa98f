"""Markdown as plain text: marks go, words stay, and lines wrapped by hand become paragraphs again."""

import html
import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from maskzoo.corpus.readers.common.input import InputFile, decoded, path_fields
from maskzoo.corpus.readers.txt import record, sentences
from maskzoo.documents.record import Record
from maskzoo.recipe.source import Read

USES = frozenset({"unit", "fields", "encoding"})

FRONT_MATTER = 200  # lines in which it must end
RULE = re.compile(r"^ {0,3}([-*_=])(?:[ \t]*\1){2,}[ \t]*$")
UNDERLINE = re.compile(r"^ {0,3}(?:-+|=+)[ \t]*$")
FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
HEADING = re.compile(r"^ {0,3}#{1,6}(?:[ \t]+|$)")
QUOTE = re.compile(r"^ {0,3}(?:>[ \t]?)+")
BULLET = re.compile(r"^[ \t]*[-*+][ \t]+(?:\[[ xX]\][ \t]+)?")
NUMBER = re.compile(r"^[ \t]*\d{1,9}[.)][ \t]+")
TABLE_RULE = re.compile(r"^[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
DEFINITION = re.compile(r"^ {0,3}\[[^\]^][^\]]*\]:[ \t]*\S+")
KEY = re.compile(r"^[\w.-]+[ \t]*:(?:[ \t]|$)")

INLINE = re.compile(r"[*_`~\[\]<\\&]")
# spans are bounded, so that marks which never close cost linear time
INLINE_RULES = (
    (re.compile(r"<!--.{0,5000}?-->", re.S), ""),
    (
        re.compile(r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+(?:\"[^\"]*\"|'[^']*'))?\)"),
        r"\1",
    ),
    (re.compile(r"\[\^[^\]\s]+\]:?"), ""),  # footnote marks
    (re.compile(r"!?\[([^\[\]]+)\]\[[^\[\]]*\]"), r"\1"),
    (re.compile(r"<((?:https?://|mailto:)[^<>\s]+)>"), r"\1"),
    (re.compile(r"<br[ \t]*/?>", re.I), "\n"),
    (re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>"), ""),
    (re.compile(r"(?<!`)(`+)(?!`)(.{1,1000}?)(?<!`)\1(?!`)", re.S), r"\2"),
    (re.compile(r"(?<![\\*])\*{1,3}(?=[^\s*])(.{1,1000}?)(?<=[^\s*\\])\*{1,3}(?!\*)", re.S), r"\1"),
    (re.compile(r"(?<![\\\w])_{1,3}(?=[^\s_])(.{1,1000}?)(?<=[^\s_\\])_{1,3}(?!\w)", re.S), r"\1"),
    (re.compile(r"~~(?=\S)(.{1,1000}?)(?<=\S)~~", re.S), r"\1"),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
)


def read(file: InputFile, options: Read) -> Iterator[Record]:
    """Records of a Markdown file: as a whole (blocks separated by a blank line), by block, or by line of a block."""
    fields = path_fields(file, options)
    with decoded(file, options) as lines:
        blocks = plain_blocks(lines)
        if options.unit == "file":
            yield record("\n\n".join(blocks), file.path, file, fields)
            return
        split = {
            "paragraph": lambda block: [block],
            "line": str.splitlines,
            "sentence": sentences,
            "word": str.split,
        }[options.unit]
        units = chain.from_iterable(map(split, blocks))
        for number, unit in enumerate(units, 1):
            yield record(unit, f"{file.path}#{number}", file, fields)


def plain_blocks(lines: Iterable[str]) -> Iterator[str]:
    """Headings, paragraphs, lists, quotes, tables and code of a Markdown text, each as plain text; reads as it goes."""
    for block in _blocks(_without_front_matter(iter(lines))):
        if block:
            yield block


def _without_front_matter(lines: Iterator[str]) -> Iterator[str]:
    """Skip a `---` block of `key: value` lines at the very start."""
    head = list(islice(lines, 2))
    if len(head) == 2 and head[0].rstrip() == "---" and KEY.match(head[1]):
        rest = list(islice(lines, FRONT_MATTER))
        for number, line in enumerate(rest):
            if line.rstrip() in ("---", "..."):
                return chain(rest[number + 1 :], lines)
        return chain(head, rest, lines)
    return chain(head, lines)


def _blocks(lines: Iterator[str]) -> Iterator[str]:
    parts: list[str] = []  # logical lines of the open block; a wrapped line is added to the last
    fence = ""
    comment = False
    for raw in lines:
        line = raw.rstrip("\n")
        if fence:  # code stays as it is
            if line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                yield "\n".join(parts).strip("\n")
                parts, fence = [], ""
            else:
                parts.append(line.rstrip())
            continue
        if comment or line.lstrip().startswith("<!--"):
            _, end, after = line.partition("-->")
            comment = not end
            if comment or not after.strip():
                continue
            line = after
        if opening := FENCE.match(line):
            yield _inline(parts)
            parts, fence = [], opening.group(1)
            continue
        if ">" in line[:4]:
            line = QUOTE.sub("", line)
        start = line.lstrip()[:1]
        if not start:
            yield _inline(parts)
            parts = []
        elif start in "-*_=" and (RULE.match(line) or (parts and UNDERLINE.match(line))):
            yield _inline(parts)  # a rule, or the underline of a heading
            parts = []
        elif start == "#" and HEADING.match(line):
            yield _inline(parts)
            yield _inline([HEADING.sub("", line).rstrip().rstrip("#").rstrip()])
            parts = []
        elif start in "-*+" and BULLET.match(line):
            parts.append(BULLET.sub("", line))
        elif start == "|" or (parts and "|" in line and TABLE_RULE.match(line)):
            if not TABLE_RULE.match(line):
                parts.append(" ".join(cell.strip() for cell in line.strip().strip("|").split("|") if cell.strip()))
        elif start == "[" and not parts and DEFINITION.match(line):
            continue
        elif parts and not _starts_item(line, parts[-1]) and not parts[-1].endswith(("  ", "\\")):
            parts[-1] = f"{parts[-1].rstrip()} {line.lstrip()}"
        else:
            parts.append(line.lstrip())
    yield "\n".join(parts) if fence else _inline(parts)


def _starts_item(line: str, last: str) -> bool:
    """Whether a line starts a numbered item: a wrapped line may start with a number by chance, but rarely with 1."""
    number = NUMBER.match(line)
    return number is not None and (number.group().strip() in ("1.", "1)") or NUMBER.match(last) is not None)


def _inline(parts: list[str]) -> str:
    """Logical lines of a block without inline marks."""
    text = "\n".join(part.rstrip(" \t").removesuffix("\\").rstrip(" \t") for part in parts)
    if INLINE.search(text):
        for pattern, replacement in INLINE_RULES:
            text = pattern.sub(replacement, text)
        text = html.unescape(text)
    return text.strip()
