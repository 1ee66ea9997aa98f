"""The tables of masking policies: made once for a corpus, kept under a name that says from what, opened by a run.

`masking/<tokenizer>/` holds a `.npy` (memory-mapped) and a `.json` (settings, checksums, what is worth saying) for
every table; `masking/<variant>.json` lists those of a variant, so that a run knows its own and notices old ones.
"""

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskzoo import provenance
from maskzoo.errors import UserError
from maskzoo.files import atomic_file, read_json, sha256_of, write_json
from maskzoo.masking.common.table import Corpus, Table
from maskzoo.masking.common.wanted_tables import wanted
from maskzoo.progress import Progress
from maskzoo.recipe.masking import Masking

TOKEN_FILES = ("train.bin", "train.documents.npy")


@dataclass(frozen=True)
class Tables:
    """Opened tables of one policy by their kinds, and what they were made from.

    Attributes:
        columns: a byte for every token of the train split, (tokens,), memory-mapped.
        entries: a number for every entry of the vocabulary, (vocabulary,).
        checksums: kind -> SHA-256 of the file.
    """

    columns: Mapping[str, NDArray[np.uint8]] = field(default_factory=dict)
    entries: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    checksums: Mapping[str, str] = field(default_factory=dict)

    def at(self, places: NDArray[np.int64]) -> dict[str, NDArray[np.uint8]]:
        """The columns at places of the train split, each of the same shape."""
        return {kind: np.asarray(column[places]) for kind, column in self.columns.items()}


def make(tables: Iterable[Table], corpus: Corpus, *, folder: Path, listing: Path) -> list[dict[str, Any]]:
    """Make the tables that are not there yet, and list all of them.

    Args:
        folder: where tables of this tokenizer are kept.
        listing: the JSON file that a run reads.

    Returns:
        What the listing says of every table.
    """
    tokens = token_checksums(corpus.shards.folder)
    entries = []
    for table in dict.fromkeys(tables):
        checksums = {**tokens, **_sources(table, corpus)}
        name = f"{table.KIND}-{table.key(checksums)}"
        file, said = folder / f"{name}.npy", folder / f"{name}.json"
        if not (file.is_file() and said.is_file() and read_json(said)["sha256"] == sha256_of(file)):
            notes: dict[str, Any] = {}
            with atomic_file(file) as temporary:
                _write(table, corpus, notes, temporary)
            write_json(
                said,
                {
                    **_identity(table),
                    "inputs": checksums,
                    "sha256": sha256_of(file),
                    "notes": notes,
                    "provenance": provenance.stamp(),
                },
            )
        entries.append({**_identity(table), "file": file.name, "sha256": read_json(said)["sha256"]})
    relative = os.path.relpath(folder, listing.parent)
    write_json(listing, {"tokens": tokens, "folder": relative, "tables": entries})
    return entries


def open_tables(masking: Masking, listing: Path | None, *, tokens: Path, where: str | None = None) -> Tables:
    """The tables of a masking, as its variant's listing names them.

    Raises:
        UserError: they are not made yet, or from other tokens or settings.
    """
    return open_all(wanted(masking, where=where), listing, tokens=tokens, needs=masking.policy, where=where)


def open_all(
    needed: Sequence[Table], listing: Path | None, *, tokens: Path, needs: str, where: str | None = None
) -> Tables:
    """Tables as the listing of a variant names them.

    Args:
        needed: which.
        needs: the method that needs them, for messages.

    Raises:
        UserError: they are not made yet, or from other tokens or settings.
    """
    if not needed:
        return Tables()
    hint = "run `maskzoo masking-tables` for this variant"
    if listing is None or not listing.is_file():
        kinds = ", ".join(table.KIND for table in needed)
        raise UserError(f"{needs} needs tables of the corpus ({kinds})", where=where, hint=hint)
    listed = read_json(listing)
    if listed["tokens"] != token_checksums(tokens):
        raise UserError("the tables were made from other tokens", where=str(listing), hint=f"{hint} again")
    columns, entries, checksums = {}, {}, {}
    for table in needed:
        same = [one for one in listed["tables"] if {key: one[key] for key in _identity(table)} == _identity(table)]
        file = listing.parent / listed["folder"] / same[0]["file"] if same else None
        if file is None or not file.is_file():
            raise UserError(f"no table {table.KIND!r} of these settings", where=str(listing), hint=f"{hint} again")
        if table.PER == "token":
            columns[table.KIND] = np.load(file, mmap_mode="r", allow_pickle=False)
        else:
            entries[table.KIND] = np.load(file, allow_pickle=False)
        checksums[table.KIND] = same[0]["sha256"]
    return Tables(columns, entries, checksums)


def token_checksums(tokens: Path) -> dict[str, str]:
    """SHA-256 of the files of the train split."""
    return {name: sha256_of(tokens / name) for name in TOKEN_FILES}


def checksum_of(path: Path) -> str:
    """SHA-256 of a file, or of all files of a folder and their names."""
    if path.is_file():
        return sha256_of(path)
    lines = [f"{file.relative_to(path)} {sha256_of(file)}" for file in sorted(path.rglob("*")) if file.is_file()]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _identity(table: Table) -> dict[str, Any]:
    return {"kind": table.KIND, "version": table.VERSION, "settings": table.model_dump(mode="json")}


def _sources(table: Table, corpus: Corpus) -> dict[str, str]:
    found = {name: checksum_of(corpus.files[name]) for name in table.sources}
    if "documents" in table.NEEDS:
        found["tokenizer"] = sha256_of(corpus.tokenizer / "tokenizer.json")
    if "base" in table.NEEDS:
        assert corpus.base is not None
        found["base"] = checksum_of(corpus.base)
    return found


def _write(table: Table, corpus: Corpus, notes: dict[str, Any], file: Path) -> None:
    """The pieces of a table one after the other into a memory map of the size that it must have in the end."""
    per_token = table.PER == "token"
    size = len(corpus.ids) if per_token else corpus.vocabulary
    target = np.lib.format.open_memmap(file, mode="w+", dtype=np.uint8 if per_token else np.float64, shape=(size,))
    done = 0
    with Progress(f"table {table.KIND}", unit="token" if per_token else "entry", total=size) as bar:
        for piece in table.make(corpus, notes):
            target[done : done + len(piece)] = piece
            done += len(piece)
            bar.advance(len(piece))
    if done != size:
        raise UserError(
            f"{done} values for {size} {'tokens' if per_token else 'entries'}",
            where=f"table {table.KIND}",
            hint="run `maskzoo tokens` again: the documents are not those that it packed",
        )
    target.flush()
    del target
