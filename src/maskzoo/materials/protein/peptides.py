"""Peptides too short for a search by alignment, compared residue by residue without gaps.

MMseqs2 refuses queries below 14 residues and overlooks relatives of a little more than that; of so few residues a share
of 30 % agrees by chance. So the identity of a peptide with another sequence is that of its best placement without gaps,
over its whole length, and at least `FLOOR` is asked for.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SHORT = 14  # residues; shorter ones are compared here
FLOOR = 0.7  # identity that nine residues do not reach by chance: 7 of 9 once in some 10**7 placements
_NOTHING = 255  # between sequences; equal to no residue


def is_short(texts: Sequence[str]) -> NDArray[np.bool_]:
    """Which sequences are compared here, `(sequences,)`; empty ones are not compared at all."""
    return np.array([0 < len(text) < SHORT for text in texts], dtype=bool)


def asked(identity: float) -> float:
    """The identity that stands for one asked for among longer sequences."""
    return max(identity, FLOOR)


def threshold(length: int, identity: float) -> int:
    """Residues that must agree, of so many."""
    return int(np.ceil(asked(identity) * length - 1e-9))


def with_relatives(queries: Sequence[str], targets: Sequence[str], identity: float) -> NDArray[np.bool_]:
    """Which queries, all short, are found in a target of any length at that identity, `(queries,)`."""
    whole, _ = _joined(targets)
    found = np.zeros(len(queries), dtype=bool)
    known: dict[str, bool] = {}
    for place, query in enumerate(queries):
        if query not in known:
            known[query] = bool((_agreeing(query, whole) >= threshold(len(query), identity)).any())
        found[place] = known[query]
    return found


def pairs(texts: Sequence[str], short: NDArray[np.bool_], identity: float) -> NDArray[np.int64]:
    """Pairs (short sequence, any other sequence) that are related at that identity, `(pairs, 2)`."""
    whole, owner = _joined(texts)
    found = []
    for place in np.flatnonzero(short).tolist():
        text = texts[place]
        hits = np.flatnonzero(_agreeing(text, whole) >= threshold(len(text), identity))
        # a placement may begin before a sequence, so its owner is that of its middle
        others = np.unique(owner[np.minimum(hits + len(text) // 2, len(owner) - 1)])
        others = others[(others >= 0) & (others != place)]
        found.append(np.stack([np.full(len(others), place), others], axis=1))
    return np.concatenate(found) if found else np.empty((0, 2), dtype=np.int64)


def _joined(texts: Sequence[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """All residues on end, so far apart that no placement reaches two sequences, and whose each is (-1: nobody's)."""
    gap = np.full(SHORT, _NOTHING, dtype=np.uint8)
    nobody = np.full(SHORT, -1, dtype=np.int64)
    parts, owners = [gap], [nobody]
    for number, text in enumerate(texts):
        residues = np.frombuffer(text.encode("ascii", "replace"), dtype=np.uint8)
        parts += [residues, gap]
        owners += [np.full(len(residues), number), nobody]
    return np.concatenate(parts), np.concatenate(owners)


def _agreeing(query: str, whole: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Agreeing residues of every placement of the query on the whole, `(placements,)`."""
    places = len(whole) - len(query) + 1
    total = np.zeros(places, dtype=np.uint8)
    for offset, residue in enumerate(query.encode("ascii", "replace")):
        total += whole[offset : offset + places] == residue
    return total
