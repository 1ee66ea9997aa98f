"""Which split a document belongs to: decided by its own words and nothing else."""

from functools import cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from maskzoo.recipe.curation import DocumentSplit

SPLITS = ("train", "validation", "test")


def split_of(digest: bytes, settings: DocumentSplit) -> str:
    """`train`, `validation` or `test` from a hash of (salt, digest of the normalised text).

    Adding, removing or reordering other documents never moves this one; another salt draws anew.
    """
    draw = blake2b(digest, key=_key(settings.salt), digest_size=8).digest()
    share = int.from_bytes(draw, "big") / 2**64
    if share < settings.test:
        return "test"
    return "validation" if share < settings.test + settings.validation else "train"


def splits_of(digests: bytes, settings: DocumentSplit) -> NDArray[np.int8]:
    """`split_of` of many digests of 16 bytes that stand one after the other, as places in `SPLITS`, `(documents,)`."""
    key = _key(settings.salt)
    draws = b"".join(
        [blake2b(digests[at : at + 16], key=key, digest_size=8).digest() for at in range(0, len(digests), 16)]
    )
    shares = np.frombuffer(draws, dtype=">u8").astype(np.float64) / 2**64
    validation = np.where(shares < settings.test + settings.validation, SPLITS.index("validation"), 0)
    return np.where(shares < settings.test, SPLITS.index("test"), validation).astype(np.int8)


@cache
def _key(salt: str) -> bytes:
    return blake2b(salt.encode(), digest_size=32).digest()
