"""What the data are: columns, documents, bytes, material and language, by reading them as the recipe will."""

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from maskzoo.corpus.cache import Cache
from maskzoo.corpus.sources import read_source
from maskzoo.documents.record import Record
from maskzoo.errors import UserError, unknown_name
from maskzoo.new.places import PACKED, Place
from maskzoo.new.rows import TABLES, delimiter_of, rows
from maskzoo.recipe.source import Read, Source

TEXT_COLUMNS = ("text", "content", "body", "abstract", "description", "sentence", "note", "document", "message")
SMILES_COLUMNS = ("smiles", "canonical_smiles", "mol", "molecule")
SEQUENCE_COLUMNS = ("sequence", "seq", "protein", "protein_sequence")
SAMPLE = 500  # documents that material and language are judged on
MOST = 50_000_000  # bytes of text read; what lies beyond is estimated, or only said to be there
PLAIN = ("txt", "md")  # formats whose files hold nothing but text, so that their size tells how much of it is left
MANY_FILES, SMALL_FILE = 100, 8_000  # files, and bytes of one, from which a file is one document
SMILES = re.compile(r"[A-Za-z0-9@+\-\[\]()=#$:/\\.%*~]{2,}")
NUCLEOTIDES = frozenset("ACGTUNacgtun-\n ")


@dataclass(frozen=True)
class Facts:
    """One source, looked at.

    Attributes:
        read: the reader's options that the recipe takes over.
        documents, bytes: of all its data, as far as `counted` says.
        counted: all of them; about so many, by the size of the files; or at least so many, where reading stopped and
            nothing tells how much is left.
        language: ISO 639 code of most of the text, and the share of documents judged to be in it.
        columns: those of a table.
    """

    place: Place
    read: Read
    material: str
    documents: int
    bytes: int
    counted: Literal["all", "about", "at least"]
    language: str | None = None
    share: float = 0.0
    columns: tuple[str, ...] = ()
    sample: tuple[str, ...] = field(default=(), repr=False)

    @property
    def qualifier(self) -> str:
        """What stands before a number of documents or bytes."""
        return "" if self.counted == "all" else f"{self.counted} "


def look(place: Place, *, column: str | None, material: str | None, language: str | None) -> Facts:
    """Read a place and say what it holds.

    Args:
        column: of a table, what holds the text; None: guessed.
        material, language: None: found out.

    Raises:
        UserError: no such column, none that looks like text, nothing to read, or DNA.
    """
    first = list(islice(rows(place), SAMPLE)) if place.format in TABLES else []
    columns = tuple(dict.fromkeys(name for row in first for name in row))
    read = Read(format=place.format, **_options(place, first, columns, column))
    texts, left = _texts(place, read)
    if not texts:
        raise UserError("holds no text", where=f"--from {place.pattern}")
    found = material or place.material or material_of(_sample(texts), read.text[0] if read.text else "", place)
    if found == "protein" and _nucleotides(_sample(texts)):
        raise UserError(
            "sequences of nucleotides",
            where=f"--from {place.pattern}",
            expected="amino acids: the zoo has no material for DNA or RNA",
        )
    if found == "text" and place.format == "txt":
        read, texts = _units(place, read, texts)
    elif found in ("smiles", "protein") and place.format == "txt":
        read = read.model_copy(update={"unit": "line"})
        texts = [line for text in texts for line in text.splitlines() if line.strip()]
    sample = _sample(texts)
    known, share = (language, 1.0) if language else language_of(sample) if found == "text" else (None, 0.0)
    times = 1 + (left or 0)
    return Facts(
        place,
        read,
        found,
        documents=round(len(texts) * times),
        bytes=round(sum(len(text.encode()) for text in texts) * times),
        counted="at least" if left is None else "about" if left else "all",
        language=known,
        share=share,
        columns=columns,
        sample=sample,
    )


def source_of(place: Place, read: Read, *, folder: Path | None = None) -> Source:
    """The source as the recipe in `folder` names it (None: as seen from the current folder)."""
    base = str(folder) if folder is not None else "."
    if place.hub is not None:
        local = Path(place.hub.dataset).is_dir()
        name = os.path.relpath(place.hub.dataset, base) if local else place.hub.dataset
        return Source(hub=place.hub.model_copy(update={"dataset": name}), read=read, licence="CC0-1.0")
    return Source(glob=os.path.relpath(place.pattern, base), read=read, licence="CC0-1.0")


def records(place: Place, read: Read) -> Iterator[Record]:
    """The records of a place, read as the recipe will read them."""
    source = source_of(place, read)
    return read_source(source, name="data", folder=Path(), simulated=Path(), cache=Cache(Path("cache")))


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
    from maskzoo.documents.filters.language import detected

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


def _sample(texts: Sequence[str]) -> tuple[str, ...]:
    """Some of the texts, from all over them."""
    return tuple(texts[:: max(1, len(texts) // SAMPLE)][:SAMPLE])


def _texts(place: Place, read: Read) -> tuple[list[str], float | None]:
    """Texts of the first `MOST` bytes, and how many times as much is left; None where nobody knows how much is."""
    texts: list[str] = []
    seen = 0
    for record in records(place, read):
        if seen > MOST:
            packed = any(file.suffix.lower() in PACKED for file in place.files)
            size = sum(file.stat().st_size for file in place.files)
            return texts, None if packed or place.format not in PLAIN else max(0.0, size / seen - 1)
        texts.append(record.text)
        seen += len(record.text.encode())
    return texts, 0.0


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


def _options(
    place: Place, first: Sequence[Mapping[str, Any]], columns: Sequence[str], column: str | None
) -> dict[str, Any]:
    if place.format not in TABLES:
        if column is not None:
            raise UserError(f"a {place.format} file has no columns", where="--text", expected="no --text")
        return {}
    if not first:
        raise UserError("has no rows", where=f"--from {place.pattern}")
    chosen = column if column is not None else _guess(first, columns, place)
    if chosen not in columns:
        raise unknown_name("column", chosen, columns, where=f"--text: {place.pattern}")
    options: dict[str, Any] = {"text": (chosen,)}
    if place.format == "csv" and (delimiter := delimiter_of(place)) != ",":
        options["delimiter"] = delimiter
    return options


def _guess(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], place: Place) -> str:
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
