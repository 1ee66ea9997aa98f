"""One molecule from one SMILES: parsed and sanitised by RDKit, freed of salts, written in one way, named by InChI.

RDKit's own log is silenced; where a SMILES cannot be read, what it would have said there becomes the reason.
"""

import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

SAME_SKELETON = 14  # characters of an InChIKey that say how atoms are connected: no stereo, isotopes or charge
TIME = re.compile(r"^\[\d\d:\d\d:\d\d\] ?")
SHOWN = 200  # characters of a SMILES in a message
EXTENSION = re.compile(r"\s*\S+\s+\|[^|]*\|")  # of CXSMILES, behind the SMILES: racemates, atom labels, coordinates
LONGEST = 5000  # characters: nothing that a molecule needs, and RDKit's time grows with the square


@dataclass(slots=True)
class Molecule:
    """A molecule that RDKit accepts.

    Attributes:
        mol: the parsed molecule, after its salts are gone.
        smiles: its canonical isomeric SMILES.
        key: its standard InChIKey, or the canonical SMILES where InChI knows no name for it.
        changes: what was altered.
    """

    mol: Any
    smiles: str
    key: str
    changes: Counter[str] = field(default_factory=Counter)

    @property
    def skeleton(self) -> str:
        """What stereoisomers, isotopes and protonation states of one molecule share."""
        return self.key[:SAME_SKELETON] if len(self.key) == 27 and self.key[SAME_SKELETON] == "-" else self.key


@contextmanager
def quietly() -> Iterator[None]:
    """RDKit says nothing here."""
    from rdkit import rdBase

    block = rdBase.BlockLogs()
    try:
        yield
    finally:
        del block


def read(text: str) -> Any | None:
    """The sanitised molecule of a SMILES (a name may follow after white space), or None. Call it `quietly`."""
    from rdkit import Chem

    parts = text.split(maxsplit=1)
    if not parts or len(parts[0]) > LONGEST:
        return None
    mol = Chem.MolFromSmiles(parts[0])
    return mol if mol is not None and mol.GetNumAtoms() else None


def standardised(
    text: str, *, largest_fragment: bool = True, neutralise: bool = False, named: bool = True
) -> Molecule | None:
    """The molecule that a SMILES stands for, or None where RDKit refuses it. Call it `quietly`.

    Args:
        largest_fragment: of what is written with dots keep the largest part that holds carbon.
        neutralise: add or remove hydrogens until nothing carries a charge that it need not.
        named: whether the InChIKey is wanted, which costs more than all the rest; without it the key is the SMILES.
    """
    from rdkit import Chem
    from rdkit.Chem.rdinchi import MolToInchiKey

    mol = read(text)
    if mol is None:
        return None
    changes: Counter[str] = Counter()
    if EXTENSION.match(text):
        changes["cxsmiles_extensions_dropped"] += 1
    if largest_fragment and "." in text.split(maxsplit=1)[0]:
        fragments = Chem.GetMolFrags(mol, asMols=True, sanitizeFrags=True)
        if len(fragments) > 1 and any(_carbon(one) for one in fragments):  # else a complex, with its ligands
            mol = _largest(fragments)
            changes["fragments_removed"] += len(fragments) - 1
    if neutralise:
        mol = _neutral(mol, changes)
    smiles = Chem.MolToSmiles(mol)
    key = MolToInchiKey(mol) if named else smiles
    if not key:
        changes["without_inchi"] += 1
    return Molecule(mol, smiles, key or smiles, changes)


def objection(text: str) -> str:
    """Why RDKit does not read a SMILES, in its own words, with the text. Not to be called `quietly`."""
    from rdkit import Chem, rdBase

    parts = text.split(maxsplit=1)
    shown = text if len(text) <= SHOWN else text[:SHOWN] + "..."
    if not parts:
        return "an empty SMILES"
    if len(parts[0]) > LONGEST:
        return f"{len(parts[0])} characters, more than {LONGEST}: {shown!r}"
    with _logged() as said:
        rdBase.LogToPythonLogger()
        try:
            mol = Chem.MolFromSmiles(parts[0])
        finally:
            rdBase.LogToCppStreams()
    if mol is not None:
        return f"no atom: {shown!r}"
    why = [line for line in said if not line.lstrip().startswith(("~", "^", parts[0][:20]))]
    return f"{why[0] if why else 'RDKit does not say why'}: {shown!r}"


@contextmanager
def _logged() -> Iterator[list[str]]:
    """The lines that RDKit logs here, without their times; nobody else hears them."""
    logger = logging.getLogger("rdkit")
    before = (logger.handlers[:], logger.propagate, logger.level)
    lines: list[str] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.extend(
                line for line in (TIME.sub("", line).strip() for line in record.getMessage().splitlines()) if line
            )

    logger.handlers, logger.propagate = [Keeper()], False
    logger.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        logger.handlers, logger.propagate = before[:2]
        logger.setLevel(before[2])


def _carbon(mol: Any) -> bool:
    return any(atom.GetAtomicNum() == 6 for atom in mol.GetAtoms())


def _largest(fragments: Sequence[Any]) -> Any:
    """The fragment that holds carbon (if one does) and most heavy atoms; ties by mass, then by canonical SMILES."""
    from rdkit import Chem
    from rdkit.Chem.rdMolDescriptors import CalcExactMolWt

    def size(mol: Any) -> tuple[bool, int]:
        return _carbon(mol), mol.GetNumHeavyAtoms()

    most = max(map(size, fragments))
    best = [mol for mol in fragments if size(mol) == most]
    if len(best) == 1:
        return best[0]
    return max(best, key=lambda mol: (round(CalcExactMolWt(mol), 4), Chem.MolToSmiles(mol)))


def _neutral(mol: Any, changes: Counter[str]) -> Any:
    from rdkit import Chem
    from rdkit.Chem.MolStandardize import rdMolStandardize

    if not any(atom.GetFormalCharge() for atom in mol.GetAtoms()):
        return mol
    before = Chem.MolToSmiles(mol)
    neutral = rdMolStandardize.Uncharger().uncharge(mol)
    if Chem.MolToSmiles(neutral) != before:
        changes["neutralised"] += 1
    return neutral
