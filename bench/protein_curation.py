"""Speed of protein curation, stage by stage, in MB of FASTA per CPU second: `python bench/protein_curation.py [FILE]`.

`curation` is all that `maskzoo corpus` does to proteins but the search for near-duplicates: reading, cleaning and
filters, identities of sequences, exact duplicates, both Parquet files. The goal for it is 20 MB/s of one core. The rows
before it are its parts, each alone; the rows after it say what decontamination, k-mers and MMseqs2 add. Bytes are those
of the file, headers included; CPU seconds of all threads and of MMseqs2 count, so that other load matters less.
"""

import argparse
import shutil
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from machine import cpu, described, table

from maskzoo.corpus.curate import Origin, curate
from maskzoo.corpus.readers import fasta
from maskzoo.corpus.readers.common.input import InputFile
from maskzoo.materials import Unread, protein
from maskzoo.materials.protein import mmseqs
from maskzoo.materials.protein.blosum62 import ORDER, background
from maskzoo.recipe.curation import Curation
from maskzoo.recipe.source import Read

GOAL = 20.0
MEDIAN, SPREAD = 290, 0.6  # of the lengths of proteins, which are near log-normal (residues; of the logarithm)
READ = Read(format="fasta")
CHUNK = 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, help="FASTA (default: random proteins with headers of UniProt)")
    parser.add_argument("--megabytes", type=float, default=20.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="a megabyte, once: that it runs, in seconds")
    options = parser.parse_args()
    if options.quick:
        options.megabytes, options.rounds = 1.0, 1
    print(described("numpy", "rensa", "pyarrow") + f", MMseqs2 {mmseqs.version() or 'not installed'}")
    with tempfile.TemporaryDirectory() as folder:
        file = options.file or random_proteins(Path(folder) / "in.fasta", options.megabytes)
        size = file.stat().st_size / 1e6
        print(f"{size:.1f} MB, {sum(1 for _ in records(file))} sequences, median of {options.rounds} round(s)")
        work = stages(file, Path(folder))
        spent: dict[str, list[float]] = {name: [] for name in work}
        for _ in range(options.rounds + (not options.quick)):  # the first round loads libraries and is left out
            for name, run in work.items():
                began = cpu()
                run()
                spent[name].append(cpu() - began)
    seconds = {name: statistics.median(times[-options.rounds :]) for name, times in spent.items()}
    rows = [(name, f"{size / took:.1f}", f"{took:.2f}") for name, took in seconds.items()]
    print(table([("stage", "MB/s", "CPU s"), *rows]))
    reached = size / seconds["curation"]
    print(f"curation: {reached:.1f} MB/s of one core, goal {GOAL:.0f}: {'met' if reached >= GOAL else 'missed'}")


def records(file: Path) -> Any:
    """The records of a FASTA file."""
    with file.open("rb") as stream:
        yield from fasta.read(InputFile(stream, file.name, file.name), READ)


def stages(file: Path, folder: Path) -> dict[str, Callable[[], object]]:
    """What is measured, by name."""
    texts = [record.text for record in records(file)]
    unread = [Unread(text, "a", "a", "", False) for text in texts]
    plain = Curation.model_validate({"material": "protein", "protein": {"redundancy": False}, "decontamination": False})
    checked = plain.model_copy(
        update={"decontamination": Curation.model_validate({"material": "protein"}).decontamination}
    )
    tested = {"task": {"test": texts[::100]}}

    def cleaned() -> None:
        for start in range(0, len(unread), CHUNK):
            protein.prepare(unread[start : start + CHUNK], settings=plain, boilerplate=frozenset())

    def curated(settings: Curation, evaluation: Any = None) -> None:
        target = folder / "out"
        target.mkdir()
        curate([Origin("a", records(file), "CC0-1.0")], target, curation=settings, evaluation=evaluation, workers=1)
        shutil.rmtree(target)

    def with_tool(tool: str) -> Curation:
        return Curation.model_validate(
            {"material": "protein", "protein": {"redundancy": {"tool": tool}}, "decontamination": False}
        )

    work: dict[str, Callable[[], object]] = {
        "reading": lambda: sum(1 for _ in records(file)),
        "cleaning, filters, identities": cleaned,
        "curation": lambda: curated(plain),
        "curation + decontamination": lambda: curated(checked, tested),
        "curation + k-mers (fallback)": lambda: curated(with_tool("kmers")),
    }
    if mmseqs.version():
        work["curation + MMseqs2"] = lambda: curated(with_tool("mmseqs2"))
    return work


def random_proteins(file: Path, megabytes: float) -> Path:
    """Proteins of random letters and usual lengths, some with stops, gaps and rare letters."""
    generator = np.random.default_rng(0)
    letters = np.frombuffer(ORDER.encode(), dtype=np.uint8)
    number = 0
    with file.open("wb") as out:
        while out.tell() < megabytes * 1e6:
            length = int(np.clip(generator.lognormal(np.log(MEDIAN), SPREAD), 30, 5000))
            residues = letters[generator.choice(len(ORDER), size=length, p=background())].tobytes()
            if number % 10 == 0:
                residues += b"*"
            if number % 50 == 0:
                residues = residues.replace(b"C", b"U", 1) + b"--"
            out.write(b">tr|A0A%06d|A0A%06d_BENCH Protein %d OS=Simulated OX=1 PE=4 SV=1\n" % (number, number, number))
            out.writelines(residues[start : start + 60] + b"\n" for start in range(0, len(residues), 60))
            number += 1
    return file


if __name__ == "__main__":
    main()
