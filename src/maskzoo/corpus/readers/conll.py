"""Tagged words, one a line, sentences separated by blank lines: CoNLL-2002/2003 and CoNLL-U."""

import re
from collections.abc import Iterator

from maskzoo.corpus.readers.common.input import MARK, InputFile, decoded, path_fields, replaced
from maskzoo.documents.record import Record
from maskzoo.errors import UserError
from maskzoo.recipe.source import Read

USES = frozenset({"text", "tokens", "tags", "fields", "encoding"})
BLANKS = re.compile(r"[ \t]+")
WORD_ID = re.compile(r"\d+(?:[-.]\d+)?$")
COMMENT = re.compile(r"#\s*(?:new(?:doc|par)\b|\S+\s*=)")
KEYED = re.compile(r"#\s*(\S+)\s*=\s*(.*)")
DOCUMENT = re.compile(r"-DOCSTART-(?:[ \t]|$)")  # opens a document, and so ends a sentence
UNIVERSAL = 10  # columns of CoNLL-U: ID FORM LEMMA UPOS ...


def read(file: InputFile, options: Read) -> Iterator[Record]:
    """One record per sentence. Columns count from 0; by default words are in the first and tags in the last.

    CoNLL-U is known by its ten columns that start with a number: words are then FORM and tags UPOS by default;
    comments, ranges (`3-4`) and empty words (`3.1`) are skipped. The text of a record is its words joined by a space,
    or the values of the comments that `text` names (`text` for `# text = ...`: the sentence as it was written). How it
    was written stands in `Record.written` in any case: by that comment, or with the words that ranges give (`3-4 du`).

    Raises:
        UserError: a line with another number of columns than the first, or without a word or a tag; a column or a
            comment that is not there.
    """
    fields = path_fields(file, options)
    columns = _Columns(file, options)
    words: list[str] = []
    tags: list[str] = []
    comments: dict[str, str] = {}
    surface: list[str] = []  # words as they were written: those of ranges in the place of what they stand for
    number = 0

    def sentence() -> Record:
        absent = [key for key in options.text if key not in comments]
        if absent:
            raise UserError(
                f"no comment `# {absent[0]} =`",
                where=f"{file.where}: sentence {number}",
                expected="one of " + (", ".join(comments) or "none: without read.text the words are the text"),
            )
        bad = any(MARK in word for word in (*words, *comments.values()))
        kept = tuple(replaced(word) for word in words) if bad else tuple(words)
        text = "\n".join(replaced(comments[key]) for key in options.text) if options.text else " ".join(kept)
        written = replaced(comments.get("text", "") or (" ".join(surface) if surface != words else ""))
        comments.clear()
        surface.clear()
        columns.covered = 0
        return Record(text, f"{file.path}#{number}", file.sha256, dict(fields), kept, tuple(tags), bad, written)

    with decoded(file, options) as lines:
        for line_number, raw in enumerate(lines, 1):
            line = raw.strip("\r\n")
            if not line.strip(" \t") or DOCUMENT.match(line):
                if words:
                    number += 1
                    yield sentence()
                    words, tags = [], []
                continue
            if not words and (keyed := KEYED.match(line)) and "\t" not in line:
                comments[keyed[1]] = keyed[2]
            pair = columns.pair(line, line_number)
            if columns.surface is not None:
                surface.append(columns.surface)
            if pair is not None:
                words.append(pair[0])
                tags.append(pair[1])
    if words:
        number += 1
        yield sentence()


class _Columns:
    """Splits lines and holds them against the first one.

    Attributes:
        surface: what the last line adds to the sentence as it was written; None for nothing.
    """

    def __init__(self, file: InputFile, options: Read) -> None:
        self.file, self.options = file, options
        self.count = 0
        self.first = 0
        self.tabs = self.universal = self.commented = False
        self.token = self.tag = 0
        self.surface: str | None = None
        self.covered = 0  # the last word that a range stands for

    def pair(self, line: str, number: int) -> tuple[str, str] | None:
        """Word and tag of a line; None where it holds none."""
        self.surface = None
        if line[0] == "#" and "\t" not in line and self._is_comment(line):
            self.commented = True
            return None
        if not self.count:
            self._learn(line, number)
        cells = line.split("\t") if self.tabs else BLANKS.split(line.strip(" \t"))
        if len(cells) == self.count + 1 and not cells[-1]:  # a tab behind the last column
            cells.pop()
        if len(cells) != self.count:
            raise UserError(
                f"{len(cells)} columns",
                where=f"{self.file.where}: line {number}",
                expected=f"{self.count} as in line {self.first}, separated by {'tabs' if self.tabs else 'blanks'}",
            )
        if self.universal and not self._is_word(cells):
            return None
        if not self.universal:
            self.surface = cells[self.token]
        for place, kind in ((self.token, "word"), (self.tag, "tag")):
            if not cells[place]:
                raise UserError(
                    f"column {place} is empty",
                    where=f"{self.file.where}: line {number}",
                    expected=f"a {kind}; sentences are separated by blank lines",
                )
        return cells[self.token], cells[self.tag]

    def _is_word(self, cells: list[str]) -> bool:
        """Whether a line of CoNLL-U is a word; `surface` becomes what the line adds to the written sentence."""
        number, dash, last = cells[0].partition("-")
        if dash and number.isdigit() and last.isdigit():
            self.surface, self.covered = cells[self.token], int(last)
            return False
        if not cells[0].isdigit():
            return False
        if int(number) > self.covered:
            self.surface = cells[self.token]
        return True

    def _is_comment(self, line: str) -> bool:
        """`#` starts a comment beside tabbed columns or after a comment of a known form; else it is a word."""
        return COMMENT.match(line) is not None or (self.tabs if self.count else self.commented)

    def _learn(self, line: str, number: int) -> None:
        self.tabs = "\t" in line
        cells = line.split("\t") if self.tabs else BLANKS.split(line.strip(" "))
        if (
            len(cells) > 2 and len(cells) != UNIVERSAL and not cells[-1]
        ):  # of two columns an empty one is a tag that is missing
            cells.pop()
        self.count, self.first = len(cells), number
        self.universal = self.tabs and len(cells) == UNIVERSAL and WORD_ID.match(cells[0]) is not None
        self.token = self._index(self.options.tokens, 1 if self.universal else 0, "tokens", number)
        self.tag = self._index(self.options.tags, 3 if self.universal else self.count - 1, "tags", number)

    def _index(self, given: str | None, default: int, key: str, number: int) -> int:
        if given is None:
            return default
        if not given.lstrip("-").isdigit() or not -self.count <= int(given) < self.count:
            raise UserError(
                f"no column {given!r} (read.{key})",
                where=f"{self.file.where}: line {number}",
                expected=f"a number from 0 to {self.count - 1}",
            )
        return int(given)
