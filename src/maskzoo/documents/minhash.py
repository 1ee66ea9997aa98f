"""MinHash signatures (Broder 1997) by one compiled loop (numba): words in, signatures out, no array in between.

A shingle's hash is spread to 32 bits x; permutation i maps it to a_i x + b_i modulo 2**32 with odd a_i, and the
signature keeps the least value of each. Of random x these linear permutations estimate Jaccard similarity without bias;
in 32 bits eight of them fit into one AVX2 register.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from maskzoo.documents.word_kernel import mixed
from maskzoo.documents.words import MULTIPLIER, Hashes

Signatures = NDArray[np.uint32]

SEED = 20
TOGETHER = 4  # shingles that one pass over the permutations takes
_MULTIPLIER = np.uint64(MULTIPLIER)


def signatures(documents: Sequence[Hashes], permutations: int, shingle: int = 1) -> Signatures:
    """Signatures `(documents, permutations)` uint32 of the runs of `shingle` units of each document.

    Args:
        documents: hashes of the units (words, residues) of each, `(units,)` uint64. One with fewer units than a
            shingle has is one shingle; one without units has the greatest value everywhere.
    """
    result = np.full((len(documents), permutations), np.iinfo(np.uint32).max, dtype=np.uint32)
    if len(documents):
        offsets = np.zeros(len(documents) + 1, dtype=np.int64)
        np.cumsum([len(document) for document in documents], out=offsets[1:])
        _sign(np.concatenate(documents), offsets, shingle, *permutation(permutations), result)
    return result


@cache
def permutation(count: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Odd factors and summands of `count` permutations of 32-bit numbers, each `(count,)` uint32."""
    drawn = np.random.default_rng(SEED).integers(0, 1 << 32, size=(2, count), dtype=np.uint32)
    return drawn[0] | np.uint32(1), drawn[1]


@njit(cache=True)
def _sign(units: Any, offsets: Any, size: Any, factors: Any, summands: Any, signatures: Any) -> None:
    leaving = np.uint64(1)  # what the unit that leaves a run was multiplied by
    for _ in range(size):
        leaving *= _MULTIPLIER
    shingles = np.empty(max(1, np.max(np.diff(offsets))) + TOGETHER, dtype=np.uint32)
    for document in range(len(signatures)):
        start, end = offsets[document], offsets[document + 1]
        count = 0
        value = np.uint64(0)
        for place in range(start, end):
            value = value * _MULTIPLIER + units[place]
            if place >= start + size:
                value -= units[place - size] * leaving
            if place >= start + size - 1 or place == end - 1:
                shingles[count] = np.uint32(mixed(value) >> np.uint64(32))
                count += 1
        if not count:
            continue
        for place in range(count, count + TOGETHER):  # the last group is filled up with what is there already
            shingles[place] = shingles[0]
        _least(shingles[:count], shingles, factors, summands, signatures[document])


@njit(cache=True)
def _least(counted: Any, shingles: Any, factors: Any, summands: Any, least: Any) -> None:
    """The least value of every permutation, four shingles at a time: factors and summands are loaded once for them."""
    for place in range(0, len(counted), TOGETHER):
        one, two, three, four = shingles[place], shingles[place + 1], shingles[place + 2], shingles[place + 3]
        for column in range(len(factors)):
            factor, summand = factors[column], summands[column]
            low = min(np.uint32(factor * one + summand), np.uint32(factor * two + summand))
            high = min(np.uint32(factor * three + summand), np.uint32(factor * four + summand))
            least[column] = min(least[column], min(low, high))


@njit(cache=True)
def band_keys(signatures: Any, bands: int, rows: int) -> Any:
    """A 64-bit key of every band of every signature, `(documents, bands)`; bands never share keys but by chance."""
    keys = np.empty((len(signatures), bands), dtype=np.uint64)
    for document in range(len(signatures)):
        for band in range(bands):
            value = np.uint64(band + 1)
            for column in range(band * rows, (band + 1) * rows):
                value = mixed(value * _MULTIPLIER + np.uint64(signatures[document, column]))
            keys[document, band] = value
    return keys


@njit(cache=True)
def similarity(signatures: Any, pairs: Any) -> Any:
    """Estimated Jaccard of each pair of rows `(pairs, 2)`: the share of equal signature entries, float32."""
    result = np.empty(len(pairs), dtype=np.float32)
    for place in range(len(pairs)):
        one, other = signatures[pairs[place, 0]], signatures[pairs[place, 1]]
        equal = 0
        for column in range(signatures.shape[1]):
            equal += one[column] == other[column]
        result[place] = equal / signatures.shape[1]
    return result


@njit(cache=True)
def keep_first(pairs: Any, scores: Any, signatures: Any, threshold: Any, original: Any, similarities: Any) -> None:
    """Decide on the later documents of `pairs`, in order; fills `original` and `similarities` of those that go.

    Args:
        pairs: verified pairs (earlier, later), sorted by the later, then the earlier one.
        original: for each document the kept one it repeats, or itself; decided for all that are earlier.
    """
    start = 0
    while start < len(pairs):
        later = pairs[start, 1]
        end = start
        while end < len(pairs) and pairs[end, 1] == later:
            end += 1
        found = -1
        for place in range(start, end):
            earlier = pairs[place, 0]
            if original[earlier] == earlier:
                found, score = earlier, scores[place]
                break
        if found < 0:
            # all it resembles were dropped themselves: it is a duplicate only if it resembles what they repeat
            for place in range(start, end):
                root = original[pairs[place, 0]]
                if found >= 0 and root >= found:
                    continue
                equal = 0
                for column in range(signatures.shape[1]):
                    equal += signatures[root, column] == signatures[later, column]
                if equal / signatures.shape[1] >= threshold:
                    found, score = root, np.float32(equal / signatures.shape[1])
        if found >= 0:
            original[later], similarities[later] = found, score
        start = end
