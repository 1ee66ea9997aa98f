"""Molecules written as SMILES: what a corpus keeps is one canonical spelling of each, identified by its InChIKey.

Two documents are the same molecule when their standard InChIKeys are equal (Heller et al. 2015), however they are
written. Against the tasks' evaluation molecules the first block of the key is compared, which says how atoms are
connected: another stereoisomer, isotope or protonation state of an evaluation molecule does not stay in the corpus.
"""

from collections.abc import Mapping, Sequence
from hashlib import blake2b

import numpy as np

from maskzoo.documents.words import Hashes, hashes
from maskzoo.materials import Grouping, Prepared, Unread, Wording
from maskzoo.materials.smiles.atoms import atoms
from maskzoo.materials.smiles.molecules import Molecule, objection, quietly, standardised
from maskzoo.materials.smiles.scaffolds import leaks, scaffolds
from maskzoo.materials.smiles.settings import PRESETS, Settings
from maskzoo.materials.smiles.spellings import spellings
from maskzoo.recipe.curation import Curation

WORDING = Wording(
    "character",
    "",
    lambda text, most: tuple(text[:most]),
    within_word=False,
    example="CC(=O)Oc1ccccc1C(=O){mask}",
    same="same molecule",
    holds="are a molecule of the same connectivity",
)
USES_FIELDS = False
GROUPINGS: Mapping[str, Grouping] = {"scaffold": scaffolds}
__all__ = [
    "GROUPINGS",
    "PRESETS",
    "USES_FIELDS",
    "WORDING",
    "Settings",
    "key",
    "leaks",
    "lookup",
    "prepare",
    "spellings",
    "task_text",
    "units_a_word",
]
NOTHING: Hashes = np.empty(0, dtype=np.uint64)


def prepare(documents: Sequence[Unread], *, settings: Curation, boilerplate: frozenset[str]) -> list[Prepared]:
    """Each SMILES parsed, standardised and judged; one that RDKit refuses is dropped with RDKit's words."""
    with quietly():
        read = [_one(document.text, settings) for document in documents]
    return [one or _unreadable(document.text) for one, document in zip(read, documents, strict=True)]


def lookup(text: str) -> Hashes:
    """One hash, of how the atoms are connected; none where the SMILES cannot be read: `(1,)` or `(0,)`."""
    with quietly():
        molecule = standardised(text)
    return NOTHING if molecule is None else hashes([molecule.skeleton])


def units_a_word(text: str) -> int:
    """1: lengths are given in units."""
    return 1


def key(text: str) -> str:
    """The InChIKey; of an unreadable SMILES itself."""
    with quietly():
        molecule = standardised(text)
    return text.strip() if molecule is None else molecule.key


def task_text(text: str) -> str | None:
    """The canonical SMILES of the largest fragment, as the corpus has it."""
    with quietly():
        molecule = standardised(text, named=False)
    return None if molecule is None else molecule.smiles


def _one(text: str, settings: Curation) -> Prepared | None:
    rule: Settings = settings.own
    molecule = standardised(text, largest_fragment=rule.largest_fragment, neutralise=rule.neutralise)
    if molecule is None:
        return None
    changes = molecule.changes
    if molecule.smiles != text:
        changes["written_anew"] += 1
    verdict = _verdict(molecule, rule)
    units = hashes(atoms(molecule.smiles)) if settings.deduplication.near else NOTHING
    return Prepared(
        text=molecule.smiles,
        bytes_read=len(text.encode()),
        bytes_clean=len(molecule.smiles.encode()),
        units=units,
        lookup=hashes([molecule.skeleton]),
        identity=_identity(molecule.key),
        verdict=verdict,
        changes=changes,
    )


def _unreadable(text: str) -> Prepared:
    size = len(text.encode())
    return Prepared(text, size, size, NOTHING, NOTHING, _identity(text), ("unreadable_smiles", objection(text)))


def _identity(key: str) -> bytes:
    return blake2b(key.encode(), digest_size=16).digest()


def _verdict(molecule: Molecule, rule: Settings) -> tuple[str, str] | None:
    heavy = molecule.mol.GetNumHeavyAtoms()
    if heavy < rule.min_heavy_atoms:
        return "too_few_atoms", f"{heavy} heavy atoms, fewer than {rule.min_heavy_atoms}"
    if heavy > rule.max_heavy_atoms:
        return "too_many_atoms", f"{heavy} heavy atoms, more than {rule.max_heavy_atoms}"
    return None
