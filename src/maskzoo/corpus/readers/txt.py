"""Plain text: the whole file, its paragraphs (between blank lines), its lines, sentences or words."""

import re
from collections.abc import Iterable, Iterator

from maskzoo.corpus.readers.common.input import MARK, InputFile, decoded, path_fields, replaced
from maskzoo.documents.record import Record
from maskzoo.recipe.source import Read

USES = frozenset({"unit", "unquote", "fields", "encoding"})
# behind . ! ? and closing quotes or brackets, before what may open a sentence; not behind an initial (`J. P.`)
SENTENCE = re.compile(r"(?:(?<=\w\w[.!?])|(?<=[^\w\s][.!?])|(?<=[.!?][\"'\u201d\u2019)\]]))\s+(?=[^\w\s]*\w)")
QUOTED = re.compile(r'"(?:[^"]|"")*"')


def read(file: InputFile, options: Read) -> Iterator[Record]:
    """Records of a text file; a paragraph keeps its line breaks."""
    fields = path_fields(file, options)
    with decoded(file, options) as lines:
        if options.unit == "file":
            yield record(lines.read(), file.path, file, fields)
        elif options.unit == "line":
            for number, line in enumerate(lines, 1):
                if line.strip():
                    text = unquoted(line.strip()) if options.unquote else line.strip()
                    yield record(text, f"{file.path}:line {number}", file, fields)
        elif options.unit == "word":
            for number, line in enumerate(lines, 1):
                for place, word in enumerate(line.split(), 1):
                    yield record(word, f"{file.path}:line {number} word {place}", file, fields)
        elif options.unit == "sentence":
            found = (text for paragraph in paragraphs(lines) for text in sentences(paragraph))
            for number, text in enumerate(found, 1):
                yield record(text, f"{file.path}#{number}", file, fields)
        else:
            for number, paragraph in enumerate(paragraphs(lines), 1):
                yield record(paragraph, f"{file.path}#{number}", file, fields)


def record(text: str, locator: str, file: InputFile, fields: dict[str, str]) -> Record:
    """A record of plain text, with undecodable bytes told and replaced."""
    bad = MARK in text
    return Record(replaced(text) if bad else text, locator, file.sha256, dict(fields), undecodable=bad)


def unquoted(text: str) -> str:
    """A text without the quotes that a writer of tables put around it (doubling those within); else as it is."""
    return text[1:-1].replace('""', '"') if QUOTED.fullmatch(text) else text


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text, by punctuation alone: a capital, a digit or an opening mark has to follow."""
    start = 0
    for gap in SENTENCE.finditer(text):
        opening = text[gap.end() : gap.end() + 8].lstrip("\"'\u201c\u2018([")[:1]
        if opening.isupper() or opening.isdigit():
            yield text[start : gap.start()]
            start = gap.end()
    if text[start:].strip():
        yield text[start:].strip()


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
