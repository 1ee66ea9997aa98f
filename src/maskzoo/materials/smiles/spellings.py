"""One molecule in many spellings: SMILES that start at a random atom and turn randomly at every branch.

Bjerrum 2017 (arXiv:1703.07076) and Arús-Pous et al. 2019 (doi:10.1186/s13321-019-0393-0): more spellings of few
molecules teach a model of SMILES about molecules rather than about one canonical order of their atoms.
"""

from maskzoo.materials.smiles.molecules import quietly, read


def spellings(text: str, count: int, *, seed: int) -> list[str]:
    """`count` random SMILES of a molecule, repeats left out; the same for the same seed.

    Args:
        text: a SMILES; one that cannot be read has no other spelling.
    """
    from rdkit import Chem

    with quietly():
        mol = read(text)
        if mol is None:
            return []
        found = Chem.MolToRandomSmilesVect(mol, count, randomSeed=1 + seed % (2**31 - 2))
    return [spelling for spelling in dict.fromkeys(found) if spelling != text]
