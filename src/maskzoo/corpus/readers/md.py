"""Markdown as plain text: marks go, words stay, and lines wrapped by hand become paragraphs again."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import chain, islice
from typing import TYPE_CHECKING

from maskzoo.corpus.readers.common.input import InputFile, decoded, path_fields
from maskzoo.corpus.readers.txt import record, sentences
from maskzoo.documents.record import Record
from maskzoo.recipe.source import Read

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

USES = frozenset({"unit", "fields", "encoding"})

FRONT_MATTER = 200  # lines in which it must end
KEY = re.compile(r"^[\w.-]+[ \t]*:(?:[ \t]|$)")
FENCE = re.compile(r"^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(`{3,}(?=[^`]*$)|~{3,})")
TASK = re.compile(r"^\[[ xX]\]\s+")
FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,200}\]:?")
REFERENCE = re.compile(r"\[[^\[\]]{0,1000}\]")
UNENDING = {"<!--": "-->", "<?": "?>", "<![CDATA[": "]]>"}  # of HTML: sought to the end of the text
BREAK = re.compile(r"<br[ \t]*/?>", re.I)
BORDERS = frozenset({"heading_open", "heading_close", "hr", "fence", "blockquote_open", "blockquote_close"})
NESTING = 100  # deeper lists and quotes would be dropped, deeper inline marks stay as they are


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
    for passage in _passages(_without_front_matter(iter(lines))):
        for block in _blocks(_parser().parse(passage, {})):
            if text := block.strip("\n"):
                yield text


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


def _passages(lines: Iterator[str]) -> Iterator[str]:
    """What stands between blank lines outside code, each to be parsed by itself; comments of their own lines go."""
    passage: list[str] = []
    fence, comment = "", False
    for raw in lines:
        line = raw.rstrip()
        if fence:
            passage.append(raw.rstrip("\n"))
            bare = line.lstrip(" \t>")
            if bare.startswith(fence) and not bare.strip(fence[0]):
                fence = ""
            continue
        if comment or line.lstrip().startswith("<!--"):
            _, end, line = line.partition("-->")
            comment = not end
            if not line.strip():
                continue
            raw = line
        if line:
            passage.append(raw.rstrip("\n"))
            if opening := FENCE.match(line):
                fence = opening.group(1)
        elif passage:
            yield "\n".join(passage)
            passage = []
    if passage:
        yield "\n".join(passage)


@cache
def _parser() -> "MarkdownIt":
    """CommonMark with tables and strike-through, without indented code and blocks of HTML, whose words stay."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"maxNesting": NESTING}).enable(["table", "strikethrough"])
    parser.disable(["code", "html_block"])
    # addresses go, whatever they are: nothing of them is checked or encoded
    parser.normalizeLink = parser.normalizeLinkText = str  # type: ignore[method-assign, assignment]
    parser.validateLink = bool  # type: ignore[method-assign, assignment]
    rules = parser.inline.ruler
    rules.before("link", "footnote_mark", _footnote_mark)
    rules.after("image", "loose_reference", _loose_reference)
    rules.before("html_inline", "unending_html", _unending_html)
    parser.block.ruler.at("reference", _definition, {"alt": []})
    return parser


def _definition(state: "StateBlock", start: int, end: int, silent: bool) -> bool:
    """`[label]: address` goes, but a footnote of one word, which CommonMark takes for the same, is text."""
    from markdown_it.rules_block import reference

    at = state.bMarks[start] + state.tShift[start]
    return not state.src.startswith("[^", at) and reference(state, start, end, silent)


def _footnote_mark(state: "StateInline", silent: bool) -> bool:
    """`[^1]` and `[^1]:` go."""
    if found := FOOTNOTE.match(state.src, state.pos, state.posMax):
        state.pos = found.end()
    return found is not None


def _loose_reference(state: "StateInline", silent: bool) -> bool:
    """`[words][label]` is a link wherever its definition stands: perhaps in another passage."""
    words = state.pos + (state.src[state.pos] == "!")
    found = REFERENCE.match(state.src, words, state.posMax)
    label = found and REFERENCE.match(state.src, found.end(), state.posMax)
    if found is None or label is None or found.end() - words < 3:
        return False
    if not silent:
        maximum = state.posMax
        state.pos, state.posMax = words + 1, found.end() - 1
        state.md.inline.tokenize(state)
        state.posMax = maximum
    state.pos = label.end()
    return True


def _unending_html(state: "StateInline", silent: bool) -> bool:
    """Take the `<` of HTML that never ends as a character, where the pattern would search the text again each time."""
    for opening, closing in UNENDING.items():
        if state.src.startswith(opening, state.pos) and state.src.find(closing, state.pos) < 0:
            if not silent:
                state.pending += opening
            state.pos += len(opening)
            return True
    return False


def _blocks(tokens: Sequence["Token"]) -> Iterator[str]:
    """The blocks of a passage.

    Paragraphs, lists and tables that no blank line, heading, rule, quote or code separates are one block, in which
    every paragraph, item and row has its line.
    """
    lines: list[str] = []
    cells: list[str] | None = None  # of the open row of a table
    item, numbers, last = False, "", ""
    for token in tokens:
        if token.type in BORDERS or (token.type == "paragraph_open" and last == "paragraph_close"):
            yield "\n".join(lines)
            lines = []
        if token.type == "fence":
            yield "\n".join(line.rstrip() for line in token.content.split("\n"))
        elif token.type == "list_item_open":
            item, numbers = True, numbers + (f"{token.info}{token.markup} " if token.info else "")
        elif token.type == "tr_open":
            cells = []
        elif token.type == "tr_close":
            lines.append(" ".join(filter(None, cells or ())))
            cells = None
        elif token.type == "inline":
            text = _plain(token.children or ()).strip()
            if cells is not None:
                cells.append(text)
            else:
                lines.append(numbers + (TASK.sub("", text) if item else text))
            item, numbers = False, ""
        last = token.type
    yield "\n".join(lines)


def _plain(tokens: Iterable["Token"]) -> str:
    """Words of inline tokens."""
    parts = []
    for token in tokens:
        if token.type == "softbreak":
            parts.append(" ")
        elif token.type == "hardbreak" or (token.type == "html_inline" and BREAK.fullmatch(token.content)):
            parts.append("\n")
        elif token.type == "image":
            parts.append(_plain(token.children or ()))
        elif token.type != "html_inline":
            parts.append(token.content)
    return "".join(parts)
