"""Residue k-mers where MMseqs2 is not installed: MinHash estimates of what an alignment would say.

Two sequences of identity p share a share p**k of their k-mers, so their Jaccard similarity is near p**k / (2 - p**k)
(Ondov et al. 2016, without gaps). Below an identity of some 60 % chance looks the same.
"""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from maskzoo.documents.near_duplicates import SignatureFile, Signatures, similar_pairs
from maskzoo.materials.protein.letters import hashes
from maskzoo.recipe.curation import NearDuplicates

PERMUTATIONS = 128
LONG, SHORT = 5, 3  # residues in a k-mer: above, and below, an identity of
NEAR = 0.8
FLOOR = 0.6  # the identity that shorter k-mers still tell from chance
BLOCK = 1 << 22  # signature entries compared at a time


def settings(identity: float) -> NearDuplicates:
    """Length of k-mers and the Jaccard similarity that stand for an identity (at least `FLOOR`)."""
    size = LONG if identity >= NEAR else SHORT
    shared = max(identity, FLOOR) ** size
    return NearDuplicates(threshold=shared / (2 - shared), shingle=size, permutations=PERMUTATIONS)


def signed(texts: Sequence[str], near: NearDuplicates) -> Signatures:
    """MinHash signatures of sequences `(sequences, permutations)`."""
    from maskzoo.documents.minhash import signatures

    return signatures(hashes(texts), near.permutations, near.shingle)


def components(texts: Sequence[str], identity: float) -> NDArray[np.int32]:
    """A number for each sequence that those share which a chain of similar pairs connects, `(sequences,)`."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    near = settings(identity)
    with TemporaryDirectory(prefix="maskzoo-") as folder:
        path = Path(folder) / "signatures"
        signed(texts, near).tofile(path)
        alive = np.flatnonzero([len(text) > 0 for text in texts]).astype(np.int32)
        found = list(similar_pairs(SignatureFile(path, near.permutations), near.threshold, alive))
    pairs = np.concatenate([part for part, _ in found])
    graph = coo_matrix((np.ones(len(pairs), dtype=bool), (pairs[:, 0], pairs[:, 1])), shape=(len(texts),) * 2)
    return connected_components(graph, directed=False)[1].astype(np.int32)  # type: ignore[no-any-return]


def with_relatives(queries: Sequence[str], targets: Sequence[str], identity: float) -> NDArray[np.bool_]:
    """Which queries have a target whose estimated similarity is that of `identity`, `(queries,)`."""
    near = settings(identity)
    ours, theirs = signed(queries, near), signed(targets, near)
    rows = max(1, BLOCK // max(1, theirs.size))
    found = np.zeros(len(ours), dtype=bool)
    for start in range(0, len(ours) if len(theirs) else 0, rows):
        same = (ours[start : start + rows, None, :] == theirs[None, :, :]).mean(axis=2)
        found[start : start + rows] = same.max(axis=1) >= near.threshold
    return found
