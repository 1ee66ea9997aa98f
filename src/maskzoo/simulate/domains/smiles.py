"""Molecules with labels that RDKit computes: the tasks logp (octanol-water partition, Wildman and Crippen 1999) and
features (which of four features a molecule has, some cells left empty).

molecules.smi is one SMILES a line. truth.json names its documents by their line, from 1, and holds:

- plain: how many documents are nothing else
- exact_duplicates: `original`, `copy` (a later line, the same molecule in a random spelling)
- salts: `document`, `parent` (the SMILES without its counter-ion)
- contaminated: `document`, `task`, `example` (line of the task's table below its header, from 0), in a random spelling;
  it is one in the narrow sense when the example fell into validation or test
- unfit: `document`, `kind` (open_ring, open_branch, valence, kekule, one_atom)
- missing: `task` -> cells left empty

No two plain molecules and no two examples have the same InChIKey skeleton.
"""

import csv
import random
from pathlib import Path
from typing import Any

from maskzoo.materials.smiles.molecules import quietly, standardised
from maskzoo.materials.smiles.spellings import spellings
from maskzoo.simulate.molecules import SALTS, molecule

SHARES = {"copy": 0.06, "salt": 0.05, "contaminated": 0.04}
UNFIT = ("open_ring", "open_branch", "valence", "kekule", "one_atom")
UNFIT_SHARE = 0.006  # of each kind
EXAMPLES = 500  # of each task
FEATURES = ("aromatic", "donor", "polar", "halogen")
MISSING = 0.15  # share of cells of `features`


def simulate(folder: Path, *, documents: int, seed: int) -> dict[str, Any]:
    """Write molecules.smi and a table a task; what was planted is returned."""
    generator = random.Random(f"smiles/{seed}")
    known: set[str] = set()
    truth: dict[str, Any] = {"plain": 0, "exact_duplicates": [], "salts": [], "contaminated": [], "unfit": []}
    tasks = {task: [_new(generator, known) for _ in range(EXAMPLES)] for task in ("logp", "features")}
    _tables(folder, generator, tasks, truth)
    lines: list[str] = []
    roles = _roles(generator, documents)
    originals: list[int] = []  # plain lines that no copy was made of
    for number, role in enumerate(roles, 1):
        if role == "plain":
            lines.append(_new(generator, known))
            originals.append(number)
            truth["plain"] += 1
        elif role == "copy":
            original = originals.pop(generator.randrange(len(originals)))
            lines.append(_respelt(generator, lines[original - 1]))
            truth["exact_duplicates"].append({"original": original, "copy": number})
        elif role == "salt":
            parent = _new(generator, known)
            lines.append(f"{parent}.{generator.choice(SALTS)}")
            truth["salts"].append({"document": number, "parent": parent})
        elif role == "contaminated":
            task, example = generator.choice(sorted(tasks)), generator.randrange(EXAMPLES)
            lines.append(_respelt(generator, tasks[task][example]))
            truth["contaminated"].append({"document": number, "task": task, "example": example})
        else:
            lines.append(_unfit(generator, role))
            truth["unfit"].append({"document": number, "kind": role})
    (folder / "molecules.smi").write_text("".join(line + "\n" for line in lines), encoding="ascii", newline="\n")
    return truth


def _roles(generator: random.Random, documents: int) -> list[str]:
    """What each line is; the first tenth is plain, so that there is something to copy."""
    first = -(-documents // 10)
    shares = {**SHARES, **dict.fromkeys(UNFIT, UNFIT_SHARE)}
    roles = [role for role, share in shares.items() for _ in range(round(share * documents))]
    roles += ["plain"] * (documents - first - len(roles))
    generator.shuffle(roles)
    return ["plain"] * first + roles


def _new(generator: random.Random, known: set[str]) -> str:
    """A molecule that is not known yet, in canonical spelling; it is known from now on."""
    while True:
        with quietly():
            made = standardised(molecule(generator))
        if made is not None and made.skeleton not in known and made.mol.GetNumHeavyAtoms() >= 4:
            known.add(made.skeleton)
            return made.smiles


def _respelt(generator: random.Random, smiles: str) -> str:
    """The same molecule in another spelling, where one was found."""
    found = spellings(smiles, 5, seed=generator.randrange(1 << 30))
    return generator.choice(found) if found else smiles


def _unfit(generator: random.Random, kind: str) -> str:
    tail = "C" * generator.randint(1, 9)
    return {
        "open_ring": f"c1ccccc1CC1{tail}",
        "open_branch": f"CC(=O{tail}",
        "valence": f"{tail}C(C)(C)(C)(C)N",
        "kekule": f"{tail}c1cccc1",
        "one_atom": "O",
    }[kind]


def _tables(folder: Path, generator: random.Random, tasks: dict[str, list[str]], truth: dict[str, Any]) -> None:
    """One CSV a task, its labels computed by RDKit from the molecules."""
    from rdkit import Chem
    from rdkit.Chem import Crippen, rdMolDescriptors

    def features(mol: Any) -> list[bool]:
        return [
            rdMolDescriptors.CalcNumAromaticRings(mol) > 0,
            rdMolDescriptors.CalcNumHBD(mol) > 0,
            rdMolDescriptors.CalcTPSA(mol) > 60,
            any(atom.GetAtomicNum() in (9, 17, 35, 53) for atom in mol.GetAtoms()),
        ]

    logp: Any = Crippen.MolLogP  # type: ignore[attr-defined]
    truth["missing"] = {"features": 0}
    rows = [[smiles, f"{logp(Chem.MolFromSmiles(smiles)):.3f}"] for smiles in tasks["logp"]]
    _table(folder / "logp.csv", ["smiles", "logp"], rows)
    rows = []
    for smiles in tasks["features"]:
        cells = ["" if generator.random() < MISSING else str(int(has)) for has in features(Chem.MolFromSmiles(smiles))]
        truth["missing"]["features"] += cells.count("")
        rows.append([smiles, *cells])
    _table(folder / "features.csv", ["smiles", *FEATURES], rows)


def _table(path: Path, header: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="ascii", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])
