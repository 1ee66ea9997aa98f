"""MMseqs2 (Steinegger and Soding 2017; linclust 2018), where it is installed: clusters and relatives by alignment."""

import shutil
import subprocess
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from maskzoo.errors import UserError

PROGRAM = "mmseqs"
LAST_LINES = 5  # of its output, shown when it fails
COVERS_MEMBER = "1"  # --cov-mode: the alignment covers so much of the member (the shorter one) of a cluster
COVERS_QUERY = "2"
FEW_RESIDUES = 5_000_000  # below it an index of 5-mers does, which is made at once; that of 6-mers takes seconds


@cache
def version() -> str | None:
    """The version of the installed program; None where there is none."""
    program = shutil.which(PROGRAM)
    if program is None:
        return None
    try:
        found = subprocess.run([program, "version"], capture_output=True, text=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return None
    return found.stdout.strip() or None


def representatives(
    texts: Iterable[str], *, identity: float, coverage: float, threads: int, connected: bool = False
) -> NDArray[np.int32]:
    """For each sequence the index of the one that stands for its cluster, `(sequences,)`.

    Args:
        identity, coverage: from 0 to 1; of a member as aligned with its representative.
        connected: clusters are connected components of a sensitive search of all against all, so that no sequence
            outside is as near to one inside, as far as the search sees; else linclust's, in linear time.

    Raises:
        UserError: the program failed; shows what it said.
    """
    with TemporaryDirectory(prefix="maskzoo-") as folder:
        place = Path(folder)
        count = _write(texts, place / "in.fasta")
        if count == 0:
            return np.empty(0, dtype=np.int32)
        ways = ["easy-cluster", "--single-step-clustering", "1", "--cluster-mode", "1", *_search(place / "in.fasta")]
        _run(
            *(ways if connected else ["easy-linclust"]),
            *(str(place / "in.fasta"), str(place / "out"), str(place / "tmp")),
            *("--min-seq-id", str(identity), "-c", str(coverage), "--cov-mode", COVERS_MEMBER),
            *("--threads", str(threads), "-v", "1"),
        )
        found = np.arange(count, dtype=np.int32)
        with (place / "out_cluster.tsv").open() as lines:
            for line in lines:
                representative, member = line.split()
                found[int(member)] = int(representative)
        return found


def with_relatives(
    queries: Sequence[str], targets: Sequence[str], *, identity: float, coverage: float, threads: int
) -> NDArray[np.bool_]:
    """Which queries have a target of at least that identity, aligned over so much of the query, `(queries,)`.

    Raises:
        UserError: the program failed; shows what it said.
    """
    related = np.zeros(len(queries), dtype=bool)
    with TemporaryDirectory(prefix="maskzoo-") as folder:
        place = Path(folder)
        if not _write(queries, place / "queries.fasta") or not _write(targets, place / "targets.fasta"):
            return related
        _run(
            "easy-search",
            *(str(place / name) for name in ("queries.fasta", "targets.fasta", "out.tsv", "tmp")),
            *("--min-seq-id", str(identity), "-c", str(coverage), "--cov-mode", COVERS_QUERY),
            *_search(place / "targets.fasta"),
            *("--max-accept", "1"),  # one is enough
            *("--format-output", "query", "--threads", str(threads), "-v", "1"),
        )
        related[[int(line) for line in (place / "out.tsv").read_text().split()]] = True
    return related


def _write(texts: Iterable[str], file: Path) -> int:
    count = 0
    with file.open("w", encoding="ascii", errors="replace", newline="\n") as out:
        for count, text in enumerate(texts, 1):
            out.write(f">{count - 1}\n{text or 'X'}\n")
    return count


def _search(targets: Path) -> list[str]:
    """Options of a sensitive search among the sequences of a file."""
    return ["-s", "7.5", *(["-k", "5"] if targets.stat().st_size < FEW_RESIDUES else [])]


def _run(*arguments: str) -> None:
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, errors="replace")
    if done.returncode:
        said = " / ".join((done.stdout + done.stderr).strip().splitlines()[-LAST_LINES:])
        raise UserError(
            f"{PROGRAM} {arguments[0]} failed ({done.returncode}): {said}",
            hint="redundancy does without it by `tool: kmers`, and all else where `mmseqs` is not on the PATH",
        )
