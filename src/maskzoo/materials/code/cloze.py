"""Cloze examples: a function with one hidden token, a keyword, identifier, literal or operator.

The measure of JavaBERT (De Sousa and Hasselbring 2021), but whole tokens are hidden and kinds are drawn evenly: single
pieces of a name that stands in the same line are too easy.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from maskzoo.documents.record import Record
from maskzoo.documents.words import words
from maskzoo.materials.code.cleaning import normalise
from maskzoo.materials.code.functions import function_nodes, leaves
from maskzoo.materials.code.lexing import language_of
from maskzoo.recipe.task import Make

FIELDS = ("spans", "file")
FEWEST = 10  # words of a function, so that it is found again where a corpus holds it


def make(records: Iterable[Record], settings: Make) -> Iterator[Record]:
    """Up to `each` functions of a `share` of the files, with `spans`: a JSON list of one [start, end, kind].

    `file` is the path that chooses and groups (the record's field `file`, else its `path`); start and end count
    characters of the text. Files in a language without a parser are passed over.
    """
    for record in records:
        file = record.fields.get("file") or record.fields["path"]
        if _unit("file", file) >= settings.share:
            continue
        source = normalise(record.text)
        found = list(_snippets(source, language_of(file), settings.max_characters))
        chosen = sorted(found, key=lambda one: _unit("snippet", one[0]))[: settings.each]
        for number, (text, tokens) in enumerate(chosen, 1):
            kinds = sorted({kind for _, _, kind in tokens})
            kind = kinds[int(_unit("kind", text) * len(kinds))]
            of_kind = [token for token in tokens if token[2] == kind]
            token = of_kind[int(_unit("token", text) * len(of_kind))]
            fields = {**record.fields, "file": file, "spans": json.dumps([token])}
            yield Record(text, f"{record.locator} function {number}", record.sha256, fields)


def _snippets(source: str, language: str | None, longest: int) -> Iterator[tuple[str, list[tuple[int, int, str]]]]:
    """Functions of a file moved to the left margin, with their tokens as (start, end, kind)."""
    whole = source.encode()
    for node in function_nodes(source, language):
        if node.has_error or node.end_byte - node.start_byte > longest:
            continue
        if len(words(node.text.decode())) < FEWEST:
            continue
        line = whole.rfind(b"\n", 0, node.start_byte) + 1
        margin = whole[line : node.start_byte]
        if margin.strip():
            continue
        yield _moved(whole[node.start_byte : node.end_byte], margin, node)


def _moved(piece: bytes, margin: bytes, node: Any) -> tuple[str, list[tuple[int, int, str]]]:
    """The text of a function without the margin before its lines, and its tokens in characters of that text."""
    lines = piece.split(b"\n")
    before, after = 0, 0  # offsets in `piece` and in the moved text
    starts: list[tuple[int, int]] = []  # where lines start in both
    moved = []
    for number, line in enumerate(lines):
        kept = line.removeprefix(margin) if number else line
        starts.append((before + len(line) - len(kept), after))
        moved.append(kept)
        before += len(line) + 1
        after += len(kept) + 1
    text = b"\n".join(moved)

    def place(offset: int) -> int:
        old, new = max((pair for pair in starts if pair[0] <= offset), default=starts[0])
        return len(text[: new + offset - old].decode())

    tokens = [
        (place(start - node.start_byte), place(end - node.start_byte), kind)
        for start, end, kind in leaves(node)
        if b"\n" not in piece[start - node.start_byte : end - node.start_byte]
    ]
    return text.decode(), tokens


def _unit(purpose: str, key: str) -> float:
    """A hash of `key` as a number in [0, 1)."""
    digest = hashlib.sha256(f"maskzoo cloze\0{purpose}\0{key}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
