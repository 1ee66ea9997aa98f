"""Where the data are: a pattern, a file, a folder or a data set of the Hub, turned into patterns of one format each."""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from maskzoo.errors import UserError
from maskzoo.recipe.source import HubDataset

CODE = (
    *(".py", ".java", ".sol", ".js", ".ts", ".c", ".h", ".cc", ".cpp", ".hpp", ".cs", ".go", ".rs", ".rb", ".php"),
    *(".kt", ".scala", ".swift", ".r", ".jl", ".sh", ".sql", ".lua", ".hs"),
)
# ending -> (format of the reader, what it is made of where the ending tells)
ENDINGS: dict[str, tuple[str, str | None]] = {
    **dict.fromkeys((".txt", ".text"), ("txt", None)),
    ".md": ("md", "text"),
    **dict.fromkeys((".jsonl", ".ndjson"), ("jsonl", None)),
    ".json": ("json", None),
    ".csv": ("csv", None),
    ".tsv": ("tsv", None),
    ".parquet": ("parquet", None),
    **dict.fromkeys((".fasta", ".fa", ".faa", ".fas"), ("fasta", "protein")),
    **dict.fromkeys((".smi", ".smiles"), ("txt", "smiles")),
    **dict.fromkeys(CODE, ("txt", "code")),
}
PACKED = (".gz", ".bz2", ".xz")
SKIPPED = frozenset({"node_modules", "__pycache__", "build", "dist", "target", "venv", "results", "cache"})
HUB = "hub:"


@dataclass(frozen=True)
class Place:
    """Data of one format.

    Attributes:
        pattern: of files, relative to the current folder; or a data set of the Hub, by its id or its folder.
        format: of the reader.
        material: where the ending of the files tells, else None.
        files: what the pattern matches now; none for a data set of the Hub.
        hub: that data set, pinned; a local one by its folder as seen from the current one.
    """

    pattern: str
    format: str
    material: str | None
    files: tuple[Path, ...] = ()
    hub: HubDataset | None = None

    @property
    def name(self) -> str:
        """What the source is called in the recipe: the ending of code, else the last folder or file without ending."""
        if self.material == "code":
            return Path(self.pattern).suffix.lstrip(".")
        parts = [part for part in Path(self.pattern.removeprefix(HUB)).parts if "*" not in part and part != ".."]
        stem = Path(parts[-1]).name.split(".")[0] if parts else "texts"
        clean = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in stem).strip("_").lower()
        return clean or "texts"


def places(asked: Sequence[str], *, config: str | None = None, split: str | None = None) -> list[Place]:
    """The places that `--from` names.

    Args:
        config, split: of a data set of the Hub; see `maskzoo.new.hub.resolved`.

    Raises:
        UserError: nothing there, nothing of a known format, empty files, files that no pattern describes, or a data set
            of the Hub that is not as asked for.
    """
    word = asked[0]
    path = Path(word)
    if len(asked) == 1 and (word.startswith(HUB) or (not path.exists() and _looks_like_hub(word))):
        from maskzoo.new.hub import resolved

        name = word.removeprefix(HUB)
        name = os.path.relpath(name) if Path(name).is_dir() else name
        return [Place(name, "parquet", None, hub=resolved(name, config=config, split=split))]
    for option, value in (("--config", config), ("--split", split)):
        if value is not None:
            raise UserError(
                f"{value!r}, but {word} is no data set of the Hub", where=option, expected="--from hub:owner/name"
            )
    if len(asked) > 1:
        return [_together(asked)]
    if path.is_dir():
        return _folder(path)
    files = [path] if path.is_file() else _matching(word)
    return [_place(os.path.relpath(word), files)]


def _looks_like_hub(word: str) -> bool:
    """`owner/name` without the sign of a pattern or an ending that says it is a file."""
    parts = word.split("/")
    plain = all(part and not set(part) & set("*?[]~ ") and not part.startswith(".") for part in parts)
    return len(parts) == 2 and plain and Path(word).suffix.lower() not in ENDINGS and not Path(parts[0]).exists()


def _matching(pattern: str) -> list[Path]:
    path = Path(pattern)
    try:
        root = Path(path.anchor) if path.is_absolute() else Path()
        found = sorted(one for one in root.glob(str(path.relative_to(path.anchor))) if one.is_file())
    except ValueError as error:
        raise UserError(f"{pattern!r}: {error}", where="--from", expected="a pattern such as 'notes/*.txt'") from None
    if not found:
        hint = "a data set of the Hub is written hub:owner/name" if "/" in pattern else None
        raise UserError(
            f"no file matches {pattern!r}", where="--from", expected="a file, a folder or a pattern", hint=hint
        )
    return found


def _together(asked: Sequence[str]) -> Place:
    """Several names, as a shell makes of a pattern without quotes: one pattern that matches just these."""
    files = sorted(Path(word) for word in asked)
    absent = [str(file) for file in files if not file.is_file()]
    if absent:
        raise UserError(f"no file {absent[0]!r}", where="--from", expected="files, or one pattern in quotes")
    folders, endings = {file.parent for file in files}, {file.suffix for file in files}
    if len(folders) == len(endings) == 1:
        pattern = str(folders.pop() / f"*{endings.pop()}")
        if _matching(pattern) == files:
            return _place(os.path.relpath(pattern), files)
    raise UserError(
        f"{len(files)} files that no single pattern describes", where="--from", expected="one pattern in quotes"
    )


def _place(pattern: str, files: Sequence[Path]) -> Place:
    kinds = {_kind(file) for file in files}
    if None in kinds or len(kinds) > 1:
        stranger = next((file for file in files if _kind(file) is None), files[-1])
        raise UserError(
            f"{stranger} is of an unknown format" if None in kinds else f"files of {len(kinds)} formats",
            where=f"--from {pattern}",
            expected="files that end in one of " + ", ".join(ENDINGS),
            hint=None if None in kinds else "name one pattern for one format; further sources are added to domain.yaml",
        )
    if not any(file.stat().st_size for file in files):
        raise UserError("empty" if len(files) == 1 else f"all {len(files)} files are empty", where=f"--from {pattern}")
    (kind,) = kinds
    assert kind is not None
    return Place(pattern, *kind, files=tuple(files))


def _folder(folder: Path) -> list[Place]:
    """The format that most bytes of a folder are in; of source code all languages, a place each."""
    by_ending: dict[str, list[Path]] = {}
    others: Counter[str] = Counter()
    for root, names, files in os.walk(folder):
        names[:] = sorted(name for name in names if not name.startswith(".") and name not in SKIPPED)
        for name in sorted(files):
            file = Path(root, name)
            if _kind(file) is None:
                others[file.suffix or name] += 1
            elif file.stat().st_size:
                by_ending.setdefault(_ending(file), []).append(file)
    if not by_ending:
        found = ", ".join(f"{count} {ending}" for ending, count in others.most_common(5))
        raise UserError(
            "no file of a known format" + (f", only {found}" if found else ": it is empty"),
            where=f"--from {folder}",
            expected="files that end in one of " + ", ".join(ENDINGS),
        )
    sizes = {ending: sum(file.stat().st_size for file in files) for ending, files in by_ending.items()}
    largest = max(sizes, key=lambda ending: sizes[ending])
    alike = ENDINGS[largest.split(".gz")[0]][1] == "code"
    chosen = [e for e in sorted(sizes) if alike and ENDINGS.get(e, ("", ""))[1] == "code"] if alike else [largest]
    deep = {ending: any(file.parent != folder for file in by_ending[ending]) for ending in chosen}
    return [
        _place(os.path.relpath(folder / ("**" if deep[ending] else "") / f"*{ending}"), by_ending[ending])
        for ending in chosen
    ]


def _ending(file: Path) -> str:
    """`.csv`, or `.csv.gz`, lower-case only where that is how it is written."""
    return "".join(file.suffixes[-2:]) if file.suffix.lower() in PACKED else file.suffix


def _kind(file: Path) -> tuple[str, str | None] | None:
    ending = file.with_suffix("").suffix if file.suffix.lower() in PACKED else file.suffix
    return ENDINGS.get(ending.lower())
