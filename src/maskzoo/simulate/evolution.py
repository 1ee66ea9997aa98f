"""Protein families that evolve from random ancestors: what changes, what stays and why is known for every residue.

An ancestor is made of helices, strands and coils; letters are drawn by how they like each (signs of Chou and Fasman
1978), and a change is drawn from BLOSUM62 weighted by the same liking, so that descendants keep their structure.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from maskzoo.materials.protein.blosum62 import ORDER, background, exchange

STRUCTURES = "HEC"
LIKED = {"H": "AELMQKRH", "E": "VIYFWTC", "C": "GPNDS"}
LIKING = 6.0  # how much more often a liked letter is drawn
LENGTHS = {"H": (9, 16), "E": (5, 9), "C": (3, 8)}
KEPT = 0.15  # share of places that hardly ever change
SLOW = 0.05  # how much slower they do

Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Family:
    """An ancestor.

    Attributes:
        ancestor: letters as places in `ORDER`, `(residues,)`.
        structure: H, E or C a residue.
        pace: how readily each place changes, `(residues,)`.
    """

    ancestor: Codes
    structure: str
    pace: NDArray[np.float64]


@cache
def liking() -> NDArray[np.float64]:
    """How much each letter is liked in H, E and C, `(3, 20)`."""
    return np.array([[LIKING if letter in LIKED[kind] else 1.0 for letter in ORDER] for kind in STRUCTURES])


def family(generator: np.random.Generator, *, shortest: int, longest: int) -> Family:
    """A random ancestor."""
    length = int(generator.integers(shortest, longest + 1))
    structure = "C" * int(generator.integers(2, 6))
    while len(structure) < length:
        for kind in ("HE"[int(generator.integers(2))], "C"):
            low, high = LENGTHS[kind]
            structure += kind * int(generator.integers(low, high + 1))
    structure = structure[:length]
    weights = background() * liking()[[STRUCTURES.index(kind) for kind in structure]]
    pace = np.where(generator.random(length) < KEPT, SLOW, 1.0)
    return Family(_drawn(generator, weights), structure, pace)


def descendant(generator: np.random.Generator, origin: Family, identity: float) -> Codes:
    """A sequence that shares so much with the ancestor; places of a high pace change more readily."""
    changes = round((1 - identity) * len(origin.ancestor))
    places = generator.choice(len(origin.ancestor), size=changes, replace=False, p=origin.pace / origin.pace.sum())
    kinds = [STRUCTURES.index(origin.structure[place]) for place in places]
    codes = origin.ancestor.copy()
    if changes:
        codes[places] = _drawn(generator, exchange()[codes[places]] * liking()[kinds])
    return codes


def changed(generator: np.random.Generator, codes: Codes, changes: int) -> Codes:
    """The sequence with exactly so many residues replaced by others."""
    result = codes.copy()
    places = generator.choice(len(codes), size=changes, replace=False)
    if changes:
        result[places] = _drawn(generator, exchange()[codes[places]])
    return result


def letters(codes: Codes) -> str:
    """A sequence as it is written."""
    return "".join(ORDER[code] for code in codes)


def _drawn(generator: np.random.Generator, weights: NDArray[np.float64]) -> Codes:
    """A letter for each row of weights `(rows, 20)`."""
    sums = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
    drawn: Codes = np.minimum((sums < generator.random((len(weights), 1))).sum(axis=1), len(ORDER) - 1)
    return drawn
