"""Which files: those that the release wrote, unaltered, safetensors and text only, and nothing that tells too much."""

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from maskzoo.files import sha256_of
from maskzoo.release.adapter import CONFIG
from maskzoo.release.gate.candidate import CARD, Candidate, Problem
from maskzoo.release.package import GENERATOR, MODEL_FILES, ORIGIN, TOKENIZER_FILES, told_path

EXPECTED = (
    CARD,
    ORIGIN,
    CONFIG,
    *("data_sheet.md", "comparison.md", "comparison.svg"),
    *MODEL_FILES,
    *TOKENIZER_FILES,
)
STAMP = ".snakemake_timestamp"  # what Snakemake leaves in a folder that a rule made; hidden files are never sent
PICKLED = (".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".msgpack", ".h5", ".npz", ".joblib")
SECRET = re.compile(r"\bhf_[A-Za-z0-9]{20,}\b")
LARGEST_HEADER = 100_000_000  # bytes; what the safetensors library allows


def problems(candidate: Candidate) -> Iterator[Problem]:
    """Files that are missing, unexpected, altered, pickled, no safetensors, or that tell a path or a token."""
    folder, sums = candidate.folder, candidate.made["files"]
    there = {file.relative_to(folder).as_posix(): file for file in sorted(folder.rglob("*")) if is_leaf(file)}
    there.pop(STAMP, None)
    for name in sorted(set(sums) - set(there)):
        yield Problem(f"{name} is missing", candidate.again)
    for name, file in there.items():
        written = name in sums or name == ORIGIN
        if not (written and any(fnmatch(name.removeprefix(f"{GENERATOR}/"), pattern) for pattern in EXPECTED)):
            yield Problem(f"{name} is not expected in a release", _how_to_leave_out(name))
        elif file.is_symlink():
            yield Problem(f"{name} is a link to somewhere else", candidate.again)
        elif name != ORIGIN and sha256_of(file) != sums[name]:
            yield Problem(f"{name} was altered after the release wrote it", candidate.again)
        else:
            yield from _within(name, file, candidate)
    if not any(name.endswith(".safetensors") for name in there):
        yield Problem("there are no safetensors weights", candidate.again)


def _within(name: str, file: Path, candidate: Candidate) -> Iterator[Problem]:
    if name.endswith(".safetensors"):
        if not is_safetensors(file):
            yield Problem(f"{name} is no safetensors file", candidate.again)
        return
    path = told_path(file)
    if path is not None:
        yield Problem(
            f"{name} tells where it was made: absolute path {path!r}",
            f"take it out of the recipe or the domain's README.md and {candidate.again}",
        )
    if not name.endswith((".svg", ".model")) and SECRET.search(file.read_text(encoding="utf-8")):
        yield Problem(
            f"{name} holds what looks like an access token",
            f"revoke it, take it out of the recipe or the domain's README.md and {candidate.again}",
        )


def is_leaf(path: Path) -> bool:
    """Whether a path is what a folder holds in the end: a file, or a link, even one to a folder."""
    return path.is_symlink() or not path.is_dir()


def is_safetensors(file: Path) -> bool:
    """Whether a file has the layout of safetensors: length, JSON header, and tensors that fill the rest exactly."""
    size = file.stat().st_size
    with file.open("rb") as handle:
        length = int.from_bytes(handle.read(8), "little")
        if not 2 <= length <= min(LARGEST_HEADER, size - 8):
            return False
        try:
            header = json.loads(handle.read(length))
            ends = [entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"]
        except (ValueError, KeyError, TypeError, IndexError, AttributeError):
            return False
    return bool(ends) and max(ends) == size - 8 - length


def _how_to_leave_out(name: str) -> str:
    if name.endswith(PICKLED):
        return "remove it: loading pickled weights runs whatever is in them; a release holds safetensors"
    return "remove it, or release again"
