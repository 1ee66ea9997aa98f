"""SMILES cut into what a chemist reads as one sign: an atom (whole brackets), a bond, a branch, a ring closure."""

import re

# the usual atom-level cut of SMILES (Schwaller et al. 2019, doi:10.1021/acscentsci.9b00576)
ATOM = re.compile(r"\[[^\]]+\]|Br|Cl|%[0-9]{2}|.")


def atoms(smiles: str) -> list[str]:
    """The signs of a SMILES in order; joined they are the SMILES."""
    return ATOM.findall(smiles)
