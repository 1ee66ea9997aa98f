"""FASTA: a header line that starts with `>`, then the sequence on as many lines as it takes, aligned or not.

Labels of residues often stand in files of their own, under the same ids and with a character for each residue (FLIP,
Dallago et al. 2021). `labels` and `mask` name such a file beside the sequences, in the same archive or folder.
"""

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO

from maskzoo.corpus.readers.common.input import HANDLER, MARK, InputFile, replaced
from maskzoo.documents.record import Record
from maskzoo.errors import UserError
from maskzoo.recipe.source import Read

USES = frozenset({"fields", "labels", "mask", "encoding"})
BLOCK = 1 << 20
SPACE = b" \t\r\n"
UNSCORED = "-"  # the tag of a residue that the mask takes out
WORD = re.compile(r"\w+")

Field = Callable[[str], str]


def read(file: InputFile, options: Read) -> Iterator[Record]:
    """Records in the order of the file; the text is the sequence without its line breaks, gaps as they stand.

    `fields` takes from a header: `id` (its first word), `description` (the rest), `header`, `path`, a key of
    `KEY=value` pairs, or the first group of a regular expression; what a header lacks is empty. With `labels` a record
    has a token and a tag a residue, and fields that a header lacks are looked up in the header of its labels; without
    labels of its own a sequence has no tags. `mask` (1: scored) turns the tags of other residues into `-`.

    Raises:
        UserError: text before the first header, a bad expression, or labels that do not fit their sequence.
    """
    wanted = {name: _field(spec, file) for name, spec in options.fields.items() if spec != "path"}
    paths = {name: file.path for name, spec in options.fields.items() if spec == "path"} | {"path": file.path}
    labels = _beside(file, options.labels, options.encoding) if options.labels else None
    masks = _beside(file, options.mask, options.encoding) if options.mask else None
    absent = {name for name in wanted if WORD.fullmatch(options.fields[name])}
    number = 0
    first = ""
    for number, (header, sequence) in enumerate(entries(file.stream, file.where), 1):
        text, bad = _decoded(sequence, options.encoding)
        title = ""
        if wanted or labels is not None:
            title, bad_header = _decoded(header, options.encoding)
            bad = bad or bad_header
            first = first or title
        fields = {name: find(title) for name, find in wanted.items()} if wanted else {}
        fields |= paths
        record = Record(text, f"{file.path}#{number}", file.sha256, fields, undecodable=bad)
        if labels is not None:
            _label(record, title, labels, masks, wanted, file)
        if absent:
            absent = {name for name in absent if not record.fields[name]}
        yield record
    if absent and number:
        name = min(absent)
        raise UserError(
            f"no header has {options.fields[name]!r} (fields.{name})",
            where=file.where,
            expected="id, description, header, path, an expression, or a key such as in " + repr(f">{first[:80]}"),
        )


def entries(stream: BinaryIO, where: str) -> Iterator[tuple[bytes, bytes]]:
    """(header without `>`, sequence without white space) of every entry, streamed.

    Lines may end in LF, CR LF or CR; a line that begins with `;` is a comment (Pearson's format) and no sequence.

    Raises:
        UserError: something stands before the first header.
    """
    rest = b""
    begun = False
    pieces: list[bytes] = []
    while block := stream.read(BLOCK):
        block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in block else block
        if not begun:
            block = _without_comments(rest + block) if (rest + block).lstrip(SPACE)[:1] == b";" else rest + block
            block = block.lstrip(b"\xef\xbb\xbf" + SPACE)
            rest = b""
            if not block:
                continue
            if block[:1] != b">":
                shown = block.split(b"\n", 1)[0][:40].decode("ascii", "replace")
                raise UserError(f"starts with {shown!r}", where=where, expected="a header line that starts with `>`")
            block, begun = block[1:], True
        elif rest:
            # the end of the last block is looked at again: `\n>` may be cut between the two
            block, rest = rest + block, b""
        parts = block.split(b"\n>")
        pieces.append(parts[0])
        if len(parts) > 1:
            yield _entry(b"".join(pieces))
            for part in parts[1:-1]:
                yield _entry(part)
            pieces = [parts[-1]]
        if pieces[-1].endswith(b"\n"):
            pieces[-1], rest = pieces[-1][:-1], b"\n"
    if begun:
        yield _entry(b"".join([*pieces, rest]))


def _entry(raw: bytes) -> tuple[bytes, bytes]:
    header, _, sequence = raw.partition(b"\n")
    sequence = _without_comments(sequence) if b";" in sequence else sequence
    return header.strip(SPACE), sequence.translate(None, SPACE)


def _without_comments(lines: bytes) -> bytes:
    return b"\n".join(line for line in lines.split(b"\n") if not line.lstrip(SPACE).startswith(b";"))


def _decoded(raw: bytes, encoding: str) -> tuple[str, bool]:
    """Text, and whether bytes of it could not be decoded."""
    if raw.isascii():
        return raw.decode("ascii"), False
    text = raw.decode(encoding, HANDLER)
    bad = MARK in text
    return (replaced(text) if bad else text), bad


def _field(spec: str, file: InputFile) -> Field:
    """What finds a field in a header.

    Raises:
        UserError: no regular expression, or one without a group.
    """
    plain: dict[str, Field] = {
        "header": lambda header: header,
        "id": lambda header: header.split(None, 1)[0] if header else "",
        "description": lambda header: [*header.split(None, 1), "", ""][1],
    }
    if spec in plain:
        return plain[spec]
    pattern = rf"(?:^|\s){spec}=(.*?)(?=\s+\w+=|$)" if WORD.fullmatch(spec) else spec
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise UserError(f"field {spec!r}: {error}", where=file.where, expected="a regular expression") from None
    if not compiled.groups:
        expected = "id, description, header, path, the KEY of KEY=value, or an expression with the value in parentheses"
        raise UserError(f"field {spec!r} has no group", where=file.where, expected=expected)

    def find(header: str) -> str:
        match = compiled.search(header)
        return (match[1] or "").strip() if match else ""

    return find


def _beside(file: InputFile, name: str, encoding: str) -> dict[str, tuple[str, str]]:
    """id -> (header, string) of a file with a character for each residue."""
    found: dict[str, tuple[str, str]] = {}
    if file.beside is None:
        raise UserError(
            f"no file can stand beside it ({name})", where=file.where, expected="a local file or an archive"
        )
    with file.beside(name) as stream:
        for raw, string in entries(stream, f"{file.where} (beside it {name})"):
            header, _ = _decoded(raw, encoding)
            found[header.split(None, 1)[0] if header else ""] = (header, _decoded(string, encoding)[0])
    return found


def _label(
    record: Record,
    header: str,
    labels: dict[str, tuple[str, str]],
    masks: dict[str, tuple[str, str]] | None,
    wanted: dict[str, Field],
    file: InputFile,
) -> None:
    """Give a record its tokens, its tags and the fields of the header of its labels."""
    key = header.split(None, 1)[0] if header else ""
    record.tokens = tuple(record.text)
    if key not in labels:
        return
    title, tags = labels[key]
    for name, find in wanted.items():
        record.fields[name] = record.fields[name] or find(title)
    mask = masks.get(key, ("", ""))[1] if masks is not None else "1" * len(tags)
    for what, string in (("labels", tags), ("marks of the mask", mask)):
        if len(string) != len(record.text):
            raise UserError(
                f"{len(record.text)} residues but {len(string)} {what}",
                where=f"{file.where}{record.locator.removeprefix(file.path)} ({key})",
                expected="one for each residue",
            )
    record.tags = tuple(tag if scored == "1" else UNSCORED for tag, scored in zip(tags, mask, strict=True))
