"""Random spellings are other SMILES of the same molecule, the same for the same seed."""

from maskzoo import materials
from maskzoo.materials.smiles.spellings import spellings

IBUPROFEN = "CC(C)Cc1ccc([C@H](C)C(=O)O)cc1"


def test_spellings_differ_and_mean_the_same_molecule() -> None:
    found = spellings(IBUPROFEN, 8, seed=0)
    assert len(found) == len(set(found)) >= 5
    assert IBUPROFEN not in found
    smiles = materials.load("smiles")
    assert {smiles.key(one) for one in found} == {smiles.key(IBUPROFEN)}


def test_the_seed_decides() -> None:
    assert spellings(IBUPROFEN, 4, seed=7) == spellings(IBUPROFEN, 4, seed=7)
    assert spellings(IBUPROFEN, 4, seed=7) != spellings(IBUPROFEN, 4, seed=8)


def test_an_unreadable_smiles_has_none() -> None:
    assert spellings("CC(", 4, seed=0) == []
