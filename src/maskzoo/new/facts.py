"""What the data are: columns, documents, bytes, material and language, by reading them as the recipe will."""

import csv
import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from maskzoo.corpus import archives
from maskzoo.corpus.cache import Cache
from maskzoo.corpus.sources import read_source
from maskzoo.errors import UserError, unknown_name
from maskzoo.new.places import HUB, Place
from maskzoo.recipe.source import HubDataset, Read, Source

TABLES = ("csv", "tsv", "jsonl", "json", "parquet")
TEXT_COLUMNS = ("text", "content", "body", "abstract", "description", "sentence", "note", "document", "message")
SMILES_COLUMNS = ("smiles", "canonical_smiles", "mol", "molecule")
SEQUENCE_COLUMNS = ("sequence", "seq", "protein", "protein_sequence")
SAMPLE = 500  # documents that material and language are judged on
MOST = 50_000_000  # bytes read; what lies beyond is estimated
MANY_FILES, SMALL_FILE = 100, 8_000  # files, and bytes of one, from which a file is one document
SMILES = re.compile(r"[A-Za-z0-9@+\-\[\]()=#$:/\\.%*~]{2,}")
NUCLEOTIDES = frozenset("ACGTUNacgtun-\n ")


@dataclass(frozen=True)
class Facts:
    """One source, looked at.

    Attributes:
        read: the reader's options that the recipe takes over.
        documents, bytes: of all its data; estimated where that was too much to read.
        estimated: whether it was.
        language: ISO 639 code of most of the text, and the share of documents judged to be in it.
        columns: those of a table.
    """

    place: Place
    read: Read
    material: str
    documents: int
    bytes: int
    estimated: bool
    language: str | None = None
    share: float = 0.0
    columns: tuple[str, ...] = ()
    sample: tuple[str, ...] = field(default=(), repr=False)


def look(place: Place, *, column: str | None, material: str | None, language: str | None) -> Facts:
    """Read a place and say what it holds.

    Args:
        column: of a table, what holds the text; None: guessed.
        material, language: None: found out.

    Raises:
        UserError: no such column, none that looks like text, nothing to read, or DNA.
    """
    rows = list(islice(_rows(place), SAMPLE)) if place.format in TABLES else []
    columns = tuple(dict.fromkeys(name for row in rows for name in row))
    read = Read(format=place.format, **_options(place, rows, columns, column))  # type: ignore[arg-type]
    texts, size, whole = _texts(place, read)
    if not texts:
        raise UserError("holds no text", where=f"--from {place.pattern}")
    sample = tuple(texts[:: max(1, len(texts) // SAMPLE)][:SAMPLE])
    found = material or place.material or material_of(sample, read.text[0] if read.text else "", place)
    if found == "protein" and _nucleotides(sample):
        raise UserError(
            "sequences of nucleotides",
            where=f"--from {place.pattern}",
            expected="amino acids: the zoo has no material for DNA or RNA",
        )
    if found == "text" and place.format == "txt":
        read, texts = _units(place, read, texts)
    elif found == "smiles" and place.format == "txt":
        read = read.model_copy(update={"unit": "line"})
        texts = [line for text in texts for line in text.splitlines() if line.strip()]
    elif found == "protein" and place.format == "txt":
        read = read.model_copy(update={"unit": "line"})
    sample = tuple(texts[:: max(1, len(texts) // SAMPLE)][:SAMPLE])
    known, share = (language, 1.0) if language else language_of(sample) if found == "text" else (None, 0.0)
    read_bytes = sum(len(text.encode()) for text in texts)
    scale = size / max(whole, 1)
    return Facts(
        place,
        read,
        found,
        documents=round(len(texts) * scale),
        bytes=round(read_bytes * scale),
        estimated=scale > 1,
        language=known,
        share=share,
        columns=columns,
        sample=sample,
    )


def values(place: Place, column: str) -> list[str]:
    """All values of a column, as text.

    Raises:
        UserError: no such column; names those that exist.
    """
    found: list[str] = []
    columns: dict[str, None] = {}
    for row in _rows(place):
        columns |= dict.fromkeys(row)
        found.append("" if row.get(column) is None else str(row[column]))
    if column not in columns:
        raise unknown_name("column", column, columns, where=f"--task: {place.pattern}")
    return found


def source_of(place: Place, read: Read, *, folder: Path | None = None) -> Source:
    """The source as the recipe in `folder` names it (None: as seen from the current folder)."""
    base = str(folder) if folder is not None else "."
    if place.hub:
        name = os.path.relpath(place.pattern, base) if Path(place.pattern).is_dir() else place.pattern
        return Source(hub=HubDataset(dataset=name), read=read, licence="CC0-1.0")
    return Source(glob=os.path.relpath(place.pattern, base), read=read, licence="CC0-1.0")


def material_of(texts: Sequence[str], column: str, place: Place) -> str:
    """text, smiles or protein, by the name of the column and by what the texts hold."""
    if column.lower() in SEQUENCE_COLUMNS and all(re.fullmatch(r"[A-Za-z*\-]+", text.strip()) for text in texts):
        return "protein"
    lines = [line.strip() for text in texts for line in text.splitlines() if line.strip()][:SAMPLE]
    if place.format == "txt" and len(lines) < 3:
        return "text"
    if lines and all(SMILES.fullmatch(line) for line in lines) and _molecules(lines) >= 0.9 * len(lines):
        return "smiles"
    return "text"


def language_of(texts: Iterable[str]) -> tuple[str | None, float]:
    """The language that most texts are clearly in, and their share of the texts; None where none is clear."""
    from maskzoo.corpus.language import detected

    counts = Counter(detected(text, 0.7) for text in texts if len(text.split()) >= 5)
    named = [(code, count) for code, count in counts.most_common() if code]
    return (named[0][0], named[0][1] / counts.total()) if named else (None, 0.0)


def _molecules(lines: Sequence[str]) -> int:
    from maskzoo.materials.smiles.molecules import quietly, read

    with quietly():
        return sum(read(line) is not None for line in lines)


def _nucleotides(texts: Sequence[str]) -> bool:
    letters = Counter("".join(texts))
    return sum(letters[one] for one in NUCLEOTIDES) > 0.95 * letters.total()


def _texts(place: Place, read: Read) -> tuple[list[str], int, int]:
    """Texts of the first `MOST` bytes, bytes of all files, bytes of the files that were read whole or in part."""
    source = source_of(place, read)
    size = sum(file.stat().st_size for file in place.files)
    texts: list[str] = []
    seen = 0
    cut = False
    records = read_source(source, name="data", folder=Path(), simulated=Path(), cache=Cache(Path("cache")))
    for record in records:
        texts.append(record.text)
        seen += len(record.text)
        if seen > MOST:
            cut = True
            break
    return texts, (size if cut and size else seen), seen


def _units(place: Place, read: Read, files: list[str]) -> tuple[Read, list[str]]:
    """What one document of plain text is: small files as they are, else paragraphs, else lines."""
    from maskzoo.corpus.readers.txt import paragraphs

    mean = sum(map(len, files)) / len(files)
    if len(files) >= MANY_FILES and mean <= SMALL_FILE:
        return read, files
    blocks = [block for text in files for block in paragraphs(text.splitlines())]
    lines = [line.strip() for text in files for line in text.splitlines() if line.strip()]
    if len(blocks) >= max(len(files) + 1, len(lines) // 40):
        return read.model_copy(update={"unit": "paragraph"}), blocks
    return read.model_copy(update={"unit": "line"}), lines


def _options(place: Place, rows: list[dict[str, Any]], columns: Sequence[str], column: str | None) -> dict[str, Any]:
    if place.format not in TABLES:
        if column is not None:
            raise UserError(f"a {place.format} file has no columns", where="--text", expected="no --text")
        return {}
    if not rows:
        raise UserError("has no rows", where=f"--from {place.pattern}")
    chosen = column if column is not None else _guess(rows, columns, place)
    if chosen not in columns:
        raise unknown_name("column", chosen, columns, where=f"--text: {place.pattern}")
    options: dict[str, Any] = {"text": (chosen,)}
    if place.format == "csv" and (delimiter := _delimiter(place)) != ",":
        options["delimiter"] = delimiter
    return options


def _guess(rows: list[dict[str, Any]], columns: Sequence[str], place: Place) -> str:
    """The column that holds what is to be modelled: by a usual name, else the one of long text.

    Raises:
        UserError: none does; names the columns.
    """
    by_name = {name.lower(): name for name in reversed(columns)}
    for usual in (*SMILES_COLUMNS, *SEQUENCE_COLUMNS, *TEXT_COLUMNS):
        if usual in by_name:
            return by_name[usual]
    lengths = {name: sum(len(row[name]) for row in rows if isinstance(row.get(name), str)) for name in columns}
    longest = max(columns, key=lambda name: lengths[name])
    if lengths[longest] < 20 * len(rows):
        raise UserError(
            "no column looks like text",
            where=f"--from {place.pattern}",
            expected=f"--text with one of {', '.join(columns)}",
        )
    return longest


def _rows(place: Place) -> Iterator[dict[str, Any]]:
    """Rows of a table as mappings, of all its files."""
    if place.hub:
        yield from _hub_rows(place.pattern)
        return
    for file in place.files:
        if place.format == "parquet":
            import pyarrow.parquet as pq

            try:
                for batch in pq.ParquetFile(file).iter_batches(batch_size=256):
                    yield from batch.to_pylist()
            except OSError as error:
                raise UserError(f"no Parquet file ({error})", where=str(file)) from None
        else:
            yield from _text_rows(place, file)


def _text_rows(place: Place, file: Path) -> Iterator[dict[str, Any]]:
    with archives.opened(file, file.name) as (_, stream):
        lines = (line.decode("utf-8-sig", "replace") for line in stream)
        try:
            if place.format == "json":
                found = json.loads("".join(lines))
                several = found if isinstance(found, list) else list(found.values())
                yield from (row for row in several if isinstance(row, dict))
            elif place.format == "jsonl":
                yield from (row for line in lines if line.strip() and isinstance(row := json.loads(line), dict))
            else:
                delimiter = "\t" if place.format == "tsv" else _delimiter(place)
                csv.field_size_limit(1 << 24)
                for row in csv.DictReader(lines, delimiter=delimiter):
                    yield {str(key): value for key, value in row.items() if key is not None}
        except (ValueError, csv.Error) as error:
            raise UserError(f"no {place.format} ({error})", where=str(file)) from None


def _hub_rows(name: str) -> Iterator[dict[str, Any]]:
    import datasets

    try:
        rows = datasets.load_dataset(name, split="train", streaming=True)
        yield from (dict(row) for row in rows)
    except Exception as error:  # the library's errors have no common root: all that it raises is about this data set
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise UserError(
            f"cannot be read ({type(error).__name__}: {reason[0]})",
            where=f"--from {HUB}{name}",
            expected="network, and a data set with a split `train`",
        ) from None


def _delimiter(place: Place) -> str:
    """What separates the cells of the header: a comma, a semicolon or a tab, whichever is most frequent."""
    with archives.opened(place.files[0], place.files[0].name) as (_, stream):
        header = stream.readline().decode("utf-8-sig", "replace")
    return max(",;\t|", key=header.count)
