"""Groups of molecules that share a Bemis-Murcko scaffold: rings and what links them, without side chains.

Bemis and Murcko 1996, doi:10.1021/jm9602928. As in MoleculeNet (Wu et al. 2018, doi:10.1039/C7SC02664A) chirality is
left out and all molecules without a ring are one group.
"""

from collections.abc import Sequence
from typing import Any

from maskzoo.materials.smiles.molecules import quietly, read

ACYCLIC = "acyclic"


def scaffolds(texts: Sequence[str]) -> list[str]:
    """The scaffold of each molecule as canonical SMILES; an unreadable one is a group of its own."""
    from rdkit.Chem.Scaffolds import MurckoScaffold

    scaffold: Any = MurckoScaffold.MurckoScaffoldSmiles  # untyped
    groups = []
    with quietly():
        for text in texts:
            mol = read(text)
            groups.append(text if mol is None else scaffold(mol=mol, includeChirality=False) or ACYCLIC)
    return groups


def leaks(train: Sequence[str], test: Sequence[str]) -> dict[str, Any]:
    """How many tested molecules have a scaffold that training shows; without a ring there is none to share."""
    shown = set(scaffolds(train)) - {ACYCLIC}
    return {
        "tool": "RDKit; molecules without a ring have none",
        "near": "the same Bemis-Murcko scaffold",
        "test": len(test),
        "with_relative_in_train": sum(scaffold in shown for scaffold in scaffolds(test)),
    }
