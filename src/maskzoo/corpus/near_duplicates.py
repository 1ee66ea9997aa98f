"""Near-duplicates by MinHash (Broder 1997): signatures by rensa, banded, candidates verified, one pass over each band.

A document is dropped when its estimated Jaccard similarity (over word shingles) with an earlier document *that is kept*
reaches the threshold; similarity is never passed on through a chain of documents. Signatures lie in a file and are read
a band, or a few thousand rows, at a time.

Settings measured by bench/near_duplicates.py: 3-word shingles at 0.7 find documents with 4 % of their words edited
(their Jaccard is near 0.79), which 5-word shingles at 0.8 cannot (0.69).
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskzoo.corpus.words import MULTIPLIER, Hashes, ngrams, run

Signatures = NDArray[np.uint32]
Pairs = NDArray[np.int32]

SEED = 20
RECALL = 0.995  # chance that two documents just at the threshold share a band
NEIGHBOURS = 6  # in a bucket each document is compared with the first one and with so many before it
ROWS_READ = 1 << 14
PAIRS_VERIFIED = 1 << 12


def shingles(words: Hashes, size: int) -> Hashes:
    """Hashes of all runs of `size` words; a shorter document is one shingle."""
    return ngrams(words, size) if len(words) > size else np.array([run(words)] if len(words) else [], dtype=np.uint64)


def signatures(documents: Sequence[Hashes], permutations: int) -> Signatures:
    """MinHash signatures `(documents, permutations)` uint32 of documents given as arrays of shingle hashes."""
    from rensa import RMinHash

    if not documents:
        return np.empty((0, permutations), dtype=np.uint32)
    offsets = np.zeros(len(documents) + 1, dtype=np.uint64)
    np.cumsum([len(document) for document in documents], out=offsets[1:])
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(np.concatenate(documents), offsets, permutations, SEED)
    return np.array(matrix.to_rows(), dtype=np.uint32)


def banding(threshold: float, permutations: int) -> tuple[int, int]:
    """(bands, rows a band): the most selective banding that finds a pair at the threshold with a chance of 0.995."""
    for rows in range(permutations, 1, -1):
        bands = permutations // rows
        if 1 - (1 - threshold**rows) ** bands >= RECALL:
            return bands, rows
    return permutations, 1


class SignatureFile:
    """Signatures on disk, rows in source order."""

    def __init__(self, path: Path, permutations: int) -> None:
        self.path = path
        self.permutations = permutations
        self.rows = path.stat().st_size // (4 * permutations)

    def blocks(self, columns: slice) -> Iterator[Signatures]:
        """Some columns of all rows, a block of rows at a time."""
        with self.path.open("rb") as file:
            while True:
                block = np.fromfile(file, dtype=np.uint32, count=ROWS_READ * self.permutations)
                if not len(block):
                    return
                yield block.reshape(-1, self.permutations)[:, columns]

    def similarity(self, pairs: Pairs) -> NDArray[np.float32]:
        """Estimated Jaccard of each pair `(pairs, 2)`: the share of equal signature entries."""
        result = np.empty(len(pairs), dtype=np.float32)
        for start in range(0, len(pairs), PAIRS_VERIFIED):
            part = pairs[start : start + PAIRS_VERIFIED]
            # mapped anew for each part, so that the pages touched do not add up in memory
            rows: Any = np.memmap(self.path, dtype=np.uint32, mode="r", shape=(self.rows, self.permutations))
            result[start : start + len(part)] = (rows[part[:, 0]] == rows[part[:, 1]]).mean(axis=1, dtype=np.float32)
            del rows
        return result


def candidates(bands: Hashes, alive: NDArray[np.int32]) -> Iterator[Pairs]:
    """Pairs (earlier, later) that share a bucket of one band, bounded in number by a constant times the documents.

    Args:
        bands: one hash a document.
        alive: indices of the documents that take part, ascending.
    """
    order = alive[np.argsort(bands[alive], kind="stable")]
    ordered = bands[order]
    same = ordered[1:] == ordered[:-1]
    if not same.any():
        return
    leads = np.concatenate(([True], ~same))
    first = np.maximum.accumulate(np.where(leads, np.arange(len(order)), 0))
    beyond = np.flatnonzero(np.arange(len(order)) - first > NEIGHBOURS)
    yield np.stack([order[first[beyond]], order[beyond]], axis=1)
    for distance in range(1, NEIGHBOURS + 1):
        later = np.flatnonzero(ordered[distance:] == ordered[:-distance]) + distance
        yield np.stack([order[later - distance], order[later]], axis=1)


def similar_pairs(
    signatures: SignatureFile, threshold: float, alive: NDArray[np.int32]
) -> tuple[Pairs, NDArray[np.float32]]:
    """Verified pairs (earlier, later) `(pairs, 2)`, sorted by the later, then the earlier one; their similarity."""
    bands, rows = banding(threshold, signatures.permutations)
    known = np.empty(0, dtype=np.int64)  # earlier and later in one number
    rejected = np.empty(0, dtype=np.int64)
    scores = np.empty(0, dtype=np.float32)
    for band in range(bands):
        hashes = _band_hashes(signatures, slice(band * rows, (band + 1) * rows))
        for pairs in candidates(hashes, alive):
            keys = np.unique((pairs[:, 1].astype(np.int64) << 32) | pairs[:, 0])
            keys = keys[~_within(keys, known) & ~_within(keys, rejected)]
            similarity = signatures.similarity(np.stack([keys & 0xFFFFFFFF, keys >> 32], axis=1).astype(np.int32))
            good = similarity >= threshold
            rejected = np.sort(keys[~good])  # the last refusals only: memory stays bounded
            order = np.argsort(np.concatenate([known, keys[good]]), kind="stable")
            known = np.concatenate([known, keys[good]])[order]
            scores = np.concatenate([scores, similarity[good]])[order]
    return np.stack([known & 0xFFFFFFFF, known >> 32], axis=1).astype(np.int32), scores


def kept_originals(
    signatures: SignatureFile, threshold: float, alive: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """For each document the earlier kept document that it repeats, or itself; and their estimated similarity (or 1).

    Args:
        alive: indices of the documents that take part, ascending; the others repeat nothing and are repeated by none.

    Returns:
        two arrays `(documents,)`: int32 indices and float32 similarities.
    """
    original = np.arange(signatures.rows, dtype=np.int32)
    similarity = np.ones(signatures.rows, dtype=np.float32)
    pairs, scores = similar_pairs(signatures, threshold, alive)
    bounds = np.append(np.flatnonzero(np.diff(pairs[:, 1], prepend=-1)), len(pairs))
    for start, end in pairwise(bounds):
        later = pairs[start, 1]
        earlier = pairs[start:end, 0]
        kept = original[earlier] == earlier
        if kept.any():
            at = int(np.argmax(kept))
            original[later], similarity[later] = earlier[at], scores[start + at]
            continue
        # all it resembles were dropped themselves: it is a duplicate only if it resembles what they repeat
        roots = np.unique(original[earlier])
        found = signatures.similarity(np.stack([roots, np.full_like(roots, later)], axis=1))
        if found.max() >= threshold:
            at = int(np.argmax(found >= threshold))
            original[later], similarity[later] = roots[at], found[at]
    return original, similarity


def _band_hashes(signatures: SignatureFile, columns: slice) -> Hashes:
    hashes = np.empty(signatures.rows, dtype=np.uint64)
    start = 0
    for block in signatures.blocks(columns):
        hashes[start : start + len(block)] = _rows(block.astype(np.uint64))
        start += len(block)
    return hashes


def _rows(columns: Hashes) -> Hashes:
    """One hash a row of `(rows, columns)`."""
    value = columns[:, 0].copy()
    for column in columns.T[1:]:
        value *= np.uint64(MULTIPLIER)
        value ^= value >> np.uint64(29)
        value += column
    return value


def _within(keys: NDArray[np.int64], known: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which keys are in a sorted array."""
    if not len(known):
        return np.zeros(len(keys), dtype=bool)
    at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    result: NDArray[np.bool_] = known[at] == keys
    return result
