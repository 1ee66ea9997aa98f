"""Which split a document belongs to: decided by its own words and nothing else."""

from functools import cache
from hashlib import blake2b

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


@cache
def _key(salt: str) -> bytes:
    return blake2b(salt.encode(), digest_size=32).digest()
