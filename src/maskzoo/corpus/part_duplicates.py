"""Documents made of parts of earlier ones, as a file of copied functions: unlike as wholes, alike in parts.

Every part that is long enough is signed as a document is (near_duplicates.py), and parts are compared in the same
bounded way: tens of bytes a part in memory, signatures on disk. Then documents are gone through in order: a part is a
repeat when a part of an earlier *kept* document is similar to it, and a document most of whose part units are repeats
is dropped.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from maskzoo.documents.near_duplicates import SignatureFile, similar_pairs

Indices = NDArray[np.int32]


@dataclass(frozen=True)
class Repeats:
    """What parts say about the documents.

    Attributes:
        original: for each document the earlier kept one that holds most of what it repeats, or itself, `(documents,)`.
        share: the share of a document's units that stand in repeated parts, `(documents,)`.
        repeated: how many of its parts repeat one of an earlier kept document, `(documents,)`.
    """

    original: Indices
    share: NDArray[np.float32]
    repeated: Indices


def repeated_documents(
    signatures: SignatureFile,
    owners: Indices,
    sizes: Indices,
    totals: Indices,
    alive: NDArray[np.bool_],
    *,
    threshold: float,
    share: float,
) -> Repeats:
    """Which documents consist of parts that earlier ones hold.

    Args:
        signatures: one row a part, in the order of the documents.
        owners: the document of each part, ascending, `(parts,)`.
        sizes: units of each part, `(parts,)`.
        totals: units of each document, in parts or not, `(documents,)`.
        alive: documents that take part, `(documents,)`; the others repeat nothing and are repeated by none.
        threshold: estimated Jaccard similarity from which a part repeats another.
        share: of a document's units, at and above which it is dropped.
    """
    documents = len(totals)
    original = np.arange(documents, dtype=np.int32)
    shares = np.zeros(documents, dtype=np.float32)
    repeated = np.zeros(documents, dtype=np.int32)
    kept = alive.copy()
    taking_part = np.flatnonzero(alive[owners]).astype(np.int32)
    for pairs, _ in similar_pairs(signatures, threshold, taking_part, owners):
        later = owners[pairs[:, 1]]
        bounds = np.append(np.flatnonzero(np.diff(later, prepend=-1)), len(pairs))
        for start, end in pairwise(bounds):
            document = int(later[start])
            earlier = owners[pairs[start:end, 0]]
            copies = kept[earlier] & (earlier != document)
            if not copies.any():
                continue
            parts, first = np.unique(pairs[start:end, 1][copies], return_index=True)
            covered = sizes[parts]
            repeated[document] = len(parts)
            shares[document] = min(1.0, covered.sum() / max(1, totals[document]))
            if shares[document] >= share:
                from_whom = np.bincount(earlier[copies][first], weights=covered)
                original[document] = int(from_whom.argmax())
                kept[document] = False
    return Repeats(original, shares, repeated)
