"""Near-duplicates by MinHash (Broder 1997): signatures on disk, banded, candidates verified, in bounded memory.

A document is dropped when its estimated Jaccard similarity (over word shingles) with an earlier document *that is kept*
reaches the threshold; similarity is never passed on through a chain of documents.

The index never stands in memory: the keys of all bands are spilled in buckets by key, the candidates that share a key
in buckets by the later document, and each bucket is sorted alone. What grows with the corpus in memory are twelve bytes
a document, the question and the answer.

Settings measured by bench/near_duplicates.py: 3-word shingles at 0.7 find documents with 4 % of their words edited
(their Jaccard is near 0.79), which 5-word shingles at 0.8 cannot (0.69).
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskzoo.documents.spill import Buckets, Numbers, buckets_for

Signatures = NDArray[np.uint32]
Pairs = NDArray[np.int32]
Scores = NDArray[np.float32]

RECALL = 0.995  # chance that two documents just at the threshold share a band
NEIGHBOURS = 6  # in a bucket each document is compared with the first one and with so many before it
ROWS_READ = 1 << 13
NUMBER = np.uint64(0xFFFFFFFF)  # the lower half of an entry: a document
HIGH = np.uint64(32)


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

    def blocks(self) -> Iterator[tuple[int, Signatures]]:
        """(first row, some thousand rows) after another."""
        start = 0
        with self.path.open("rb") as file:
            while start < self.rows:
                block = np.fromfile(file, dtype=np.uint32, count=ROWS_READ * self.permutations)
                yield start, block.reshape(-1, self.permutations)
                start += ROWS_READ

    def mapped(self) -> Signatures:
        """All rows, mapped: only the pages that are looked at take memory, and the system may take it back."""
        if not self.rows:
            return np.empty((0, self.permutations), dtype=np.uint32)
        rows: Any = np.memmap(self.path, dtype=np.uint32, mode="r", shape=(self.rows, self.permutations))
        return np.asarray(rows)


def candidates(entries: Numbers) -> Iterator[Pairs]:
    """Pairs (earlier, later) that share a key, bounded in number by a constant times the entries.

    Args:
        entries: a key in the upper and a document in the lower 32 bits of each, ascending, `(entries,)`.
    """
    keys, documents = entries >> HIGH, (entries & NUMBER).astype(np.int32)
    same = keys[1:] == keys[:-1]
    if not same.any():
        return
    leads = np.concatenate(([True], ~same))
    first = np.maximum.accumulate(np.where(leads, np.arange(len(keys)), 0))
    beyond = np.flatnonzero(np.arange(len(keys)) - first > NEIGHBOURS)
    yield np.stack([documents[first[beyond]], documents[beyond]], axis=1)
    for distance in range(1, NEIGHBOURS + 1):
        later = np.flatnonzero(keys[distance:] == keys[:-distance]) + distance
        yield np.stack([documents[later - distance], documents[later]], axis=1)


def similar_pairs(
    signatures: SignatureFile, threshold: float, alive: NDArray[np.int32], owners: NDArray[np.int32] | None = None
) -> Iterator[tuple[Pairs, Scores]]:
    """Verified pairs (earlier, later) `(pairs, 2)`, sorted by the later, then the earlier one; their similarity.

    They come in parts; the pairs of one later row are never in two of them.

    Args:
        alive: indices of the rows that take part, ascending.
        owners: what each row belongs to, ascending, `(rows,)`: all later rows of an owner are in one part, too.
    """
    from maskzoo.documents.minhash import similarity

    bands, _ = banding(threshold, signatures.permutations)
    count = buckets_for(len(alive) * bands)
    whose = owners[alive] if owners is not None else alive
    # the first owner of every bucket but the first: buckets have equally many rows, owners stay whole
    limits = whose[[len(alive) * number // count for number in range(1, count)]] if count > 1 else whose[:0]
    with (
        TemporaryDirectory(dir=signatures.path.parent, prefix=".bands-") as folder,
        Buckets(Path(folder), "pairs", count) as pairs,
        Buckets(Path(folder), "keys", count) as keys,
    ):
        _spill_keys(signatures, threshold, alive, keys, count)
        for number in range(count):
            for part in candidates(keys.sorted_unique(number)):
                whom = part[:, 1] if owners is None else owners[part[:, 1]]
                packed = (part[:, 1].astype(np.uint64) << HIGH) | part[:, 0].astype(np.uint64)
                pairs.add(packed, np.searchsorted(limits, whom, side="right").astype(np.uint16))
        for number in range(count):
            found = pairs.sorted_unique(number)
            part = np.stack([found & NUMBER, found >> HIGH], axis=1).astype(np.int32)
            scores = similarity(signatures.mapped(), part)
            good = scores >= np.float32(threshold)
            yield part[good], scores[good]


def _spill_keys(
    signatures: SignatureFile, threshold: float, alive: NDArray[np.int32], keys: Buckets, count: int
) -> None:
    from maskzoo.documents.minhash import band_keys

    bands, rows = banding(threshold, signatures.permutations)
    for start, block in signatures.blocks():
        some = alive[slice(*np.searchsorted(alive, (start, start + len(block))))]
        hashed = band_keys(block[some - start], bands, rows)
        entries = (hashed & ~NUMBER) | some.astype(np.uint64)[:, None]
        keys.add(entries.ravel(), ((hashed & NUMBER) % np.uint64(count)).astype(np.uint16).ravel())


def kept_originals(
    signatures: SignatureFile, threshold: float, alive: NDArray[np.int32]
) -> tuple[NDArray[np.int32], Scores]:
    """For each document the earlier kept document that it repeats, or itself; and their estimated similarity (or 1).

    Args:
        alive: indices of the documents that take part, ascending; the others repeat nothing and are repeated by none.

    Returns:
        two arrays `(documents,)`: int32 indices and float32 similarities.
    """
    from maskzoo.documents.minhash import keep_first

    original = np.arange(signatures.rows, dtype=np.int32)
    similarity = np.ones(signatures.rows, dtype=np.float32)
    for pairs, scores in similar_pairs(signatures, threshold, alive):
        keep_first(pairs, scores, signatures.mapped(), threshold, original, similarity)
    return original, similarity
