"""Plain text: the whole file, its paragraphs (between blank lines) or its lines."""

from collections.abc import Iterable, Iterator

from maskzoo.corpus.readers._input import MARK, InputFile, decoded, path_fields, replaced
from maskzoo.corpus.record import Record
from maskzoo.recipe.source import Read

USES = frozenset({"unit", "fields", "encoding"})


def read(file: InputFile, options: Read) -> Iterator[Record]:
    """Records of a text file; a paragraph keeps its line breaks."""
    fields = path_fields(file, options)
    with decoded(file, options) as lines:
        if options.unit == "file":
            yield record(lines.read(), file.path, file, fields)
        elif options.unit == "line":
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield record(line.strip(), f"{file.path}:line {number}", file, fields)
        else:
            for number, paragraph in enumerate(paragraphs(lines), 1):
                yield record(paragraph, f"{file.path}#{number}", file, fields)


def record(text: str, locator: str, file: InputFile, fields: dict[str, str]) -> Record:
    """A record of plain text, with undecodable bytes told and replaced."""
    bad = MARK in text
    return Record(replaced(text) if bad else text, locator, file.sha256, dict(fields), undecodable=bad)


def paragraphs(lines: Iterable[str]) -> Iterator[str]:
    """Runs of non-blank lines."""
    block: list[str] = []
    for line in lines:
        if line.strip():
            block.append(line.strip())
        elif block:
            yield "\n".join(block)
            block = []
    if block:
        yield "\n".join(block)
