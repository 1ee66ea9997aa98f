"""Sequences that resemble one another: what redundancy, splits by identity and counts of leaks are decided by.

MMseqs2 aligns where it is installed; else residue k-mers estimate, and whatever is reported says so.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskzoo.errors import UserError
from maskzoo.materials import Grouping, Redundancy
from maskzoo.materials.protein import kmers, mmseqs, peptides
from maskzoo.materials.protein import settings as protein
from maskzoo.materials.protein.letters import cleaned
from maskzoo.materials.protein.settings import Settings
from maskzoo.processes import cores

FAR = 0.3  # identity of a near relative: above it homology is nearly sure, and mostly a similar fold (Rost 1999)
COVERAGE = 0.8
SPLITS_AT = {"identity": FAR, "identity_50": 0.5, "identity_70": 0.7, "identity_90": 0.9}


def redundancy(asked: protein.Redundancy) -> Redundancy:
    """How sequences that repeat others are found.

    Raises:
        UserError: MMseqs2 is asked for and not installed.
    """
    version = mmseqs.version()
    if asked.tool == "mmseqs2" and version is None:
        raise UserError(
            "MMseqs2 is not installed",
            where="corpus.protein.redundancy.tool",
            hint="install `mmseqs` (Debian: mmseqs2, conda: bioconda::mmseqs2), or ask for `kmers`",
        )
    if asked.tool == "kmers" or version is None:
        near = kmers.settings(asked.identity)
        said = {
            "tool": "residue k-mers (MinHash), no alignment",
            "identity": asked.identity,
            "kmer": near.shingle,
            "jaccard": round(near.threshold, 4),
        }
        if version is None and asked.tool == "auto":
            said["fallback"] = "MMseqs2 is not installed"
        return Redundancy(near=near, said=said)

    def find(texts: Iterable[str], threads: int) -> NDArray[np.int32]:
        return mmseqs.representatives(texts, identity=asked.identity, coverage=asked.coverage, threads=threads)

    return Redundancy(
        find=find,
        said={"tool": f"MMseqs2 {version} easy-linclust", "identity": asked.identity, "coverage": asked.coverage},
        detail=f"in the cluster of {{0}}: {asked.identity:.0%} identical over {asked.coverage:.0%} of it, by MMseqs2",
    )


def grouping(identity: float) -> Grouping:
    """A function from sequences to their groups: no sequence is that near to one of another group."""

    def groups(texts: Sequence[str]) -> list[str]:
        texts = cleaned(texts, Settings()).texts
        short = peptides.is_short(texts)
        tool, found = "peptides", np.arange(len(texts))
        places = np.flatnonzero(~short)
        longer = [texts[place] for place in places]
        if longer and mmseqs.version() is None:
            tool = "kmers"
            found[places] = len(texts) + kmers.components(longer, identity)
        elif longer:
            tool = "mmseqs2"
            found[places] = places[
                mmseqs.representatives(longer, identity=identity, coverage=COVERAGE, threads=cores(), connected=True)
            ]
        return [f"{tool}-{number}" for number in _joined(found, peptides.pairs(texts, short, identity))]

    return groups


def _joined(groups: NDArray[np.integer], pairs: NDArray[np.int64]) -> NDArray[np.integer]:
    """Groups after those that a pair of sequences connects became one, `(sequences,)`."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    if not len(pairs):
        return groups
    _, numbers = np.unique(groups, return_inverse=True)
    edges = (np.ones(len(pairs), dtype=bool), (numbers[pairs[:, 0]], numbers[pairs[:, 1]]))
    count = int(numbers.max()) + 1
    joined: NDArray[np.integer] = connected_components(coo_matrix(edges, shape=(count, count)), directed=False)[1]
    return joined[numbers]


def leaks(train: Sequence[str], test: Sequence[str]) -> dict[str, Any]:
    """How many tested sequences have a near relative in training, and how that was found out."""
    version = mmseqs.version()
    train, test = (cleaned(texts, Settings()).texts for texts in (train, test))
    short = peptides.is_short(test)
    longer = [text for text, is_short in zip(test, short, strict=True) if not is_short]
    identity = FAR if version else max(FAR, kmers.FLOOR)
    tool = (
        f"MMseqs2 {version} easy-search"
        if version
        else "residue k-mers (MinHash), no alignment: MMseqs2 is not installed"
    )
    related = np.zeros(len(test), dtype=bool)
    if version is None:
        related[~short] = kmers.with_relatives(longer, train, identity)
    elif longer:
        related[~short] = mmseqs.with_relatives(longer, train, identity=identity, coverage=COVERAGE, threads=cores())
    if short.any():
        related[short] = peptides.with_relatives([text for text in test if peptides.is_short([text])[0]], train, FAR)
        said = (
            f"{peptides.FLOOR:.0%} of the residues without gaps for {int(short.sum())} below {peptides.SHORT} residues"
        )
        tool = f"{tool}; {said}" if longer else said
    return {
        "tool": tool,
        "identity": identity if longer else peptides.FLOOR,
        "coverage": COVERAGE if version and longer else None,
        "test": len(test),
        "with_relative_in_train": int(related.sum()),
    }


GROUPINGS: dict[str, Callable[[Sequence[str]], list[str]]] = {name: grouping(at) for name, at in SPLITS_AT.items()}
