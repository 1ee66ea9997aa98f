"""Speed of curating molecules, and where its time goes: `python bench/smiles_curation.py [FILE...]`.

`curation` is all that `maskzoo corpus` does: reading, parsing, salts, canonical SMILES, InChIKey, exact duplicates and
Parquet files. RDKit's own calls are timed inside the same run, in CPU time, so that other load matters less. The goal
is 3,000 molecules/s of one core without RDKit's canonicalisation (canonical SMILES and InChIKeys, which name a
molecule); the last row leaves parsing out as well: what this project adds.
"""

import argparse
import csv
import gzip
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from machine import described, table

from maskzoo.corpus.curate import Origin, curate
from maskzoo.documents.record import Record
from maskzoo.recipe.curation import Curation
from maskzoo.simulate import write

GOAL = 3000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, help="one SMILES a line, or CSV with a column `smiles`; .gz too")
    parser.add_argument("--molecules", type=int, default=20_000, help="evenly drawn from the files, or simulated")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="few molecules, once: that it runs, in seconds")
    options = parser.parse_args()
    if options.quick:
        options.molecules, options.rounds = 300, 1
    print(described("rdkit", "pyarrow"))
    with tempfile.TemporaryDirectory() as folder:
        texts = drawn(options.files, options.molecules) if options.files else simulated(Path(folder), options.molecules)
        characters = sum(map(len, texts)) / len(texts)
        print(f"{len(texts)} molecules of {characters:.0f} characters, median of {options.rounds} round(s)")
        rounds = [measured(texts, Path(folder)) for _ in range(options.rounds + (not options.quick))]
    kept = rounds[-options.rounds :]  # the first round loads libraries and is left out
    seconds = {name: statistics.median(one[name] for one in kept) for name in kept[0]}
    rates = {name: len(texts) / took for name, took in seconds.items()}
    print(table([("step", "molecules/s", "CPU s"), *((n, f"{rates[n]:,.0f}", f"{seconds[n]:.2f}") for n in seconds)]))
    reached = rates["curation without canonicalisation"]
    print(
        f"curation without canonicalisation: {reached:,.0f} molecules/s of one core, "
        f"goal {GOAL:,}: {'met' if reached >= GOAL else 'missed'}"
    )


def drawn(files: list[Path], count: int) -> list[str]:
    """SMILES at even distances from all files, one after the other."""
    texts = [text for file in files for text in smiles_of(file)]
    step = max(1, len(texts) // count)
    return texts[::step][:count]


def smiles_of(file: Path) -> list[str]:
    """The SMILES of one file."""
    opener: Any = gzip.open if file.suffix == ".gz" else open
    with opener(file, "rt", encoding="utf-8", newline="") as lines:
        if ".csv" in file.suffixes:
            return [row["smiles"] for row in csv.DictReader(lines)]
        return [word for line in lines for word in line.split()]


def simulated(folder: Path, count: int) -> list[str]:
    """The molecules of the demo scale."""
    write("smiles", folder / "simulated", documents=count, seed=0)
    return smiles_of(folder / "simulated" / "molecules.smi")


def measured(texts: list[str], folder: Path) -> dict[str, float]:
    """CPU seconds of one curation by one process, and of RDKit's calls in it."""
    from rdkit import Chem
    from rdkit.Chem import rdinchi

    calls = {
        "RDKit: parse and sanitise": (Chem, "MolFromSmiles"),
        "RDKit: canonical SMILES": (Chem, "MolToSmiles"),
        "RDKit: InChIKey": (rdinchi, "MolToInchiKey"),
    }
    spent = dict.fromkeys(calls, 0.0)

    def timed(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def with_a_clock(*given: Any) -> Any:
            began = time.thread_time()
            result = call(*given)
            spent[name] += time.thread_time() - began
            return result

        return with_a_clock

    settings = Curation.model_validate({"material": "smiles", "decontamination": False})
    records = (Record(text, f"list:line {number}", "") for number, text in enumerate(texts, 1))
    plain = {name: getattr(module, attribute) for name, (module, attribute) in calls.items()}
    try:
        for name, (module, attribute) in calls.items():
            setattr(module, attribute, timed(name, plain[name]))
        with tempfile.TemporaryDirectory(dir=folder) as target:
            began = time.process_time()
            curate([Origin("list", records, "CC0-1.0")], Path(target), curation=settings, workers=1)
            whole = time.process_time() - began
    finally:
        for name, (module, attribute) in calls.items():
            setattr(module, attribute, plain[name])
    named = spent["RDKit: canonical SMILES"] + spent["RDKit: InChIKey"]
    return {
        **spent,
        "curation": whole,
        "curation without canonicalisation": whole - named,
        "curation without RDKit": whole - sum(spent.values()),
    }


if __name__ == "__main__":
    main()
