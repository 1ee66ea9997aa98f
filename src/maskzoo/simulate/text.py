"""Words, n-grams and shingles of a text, as the truth counts them."""

import re

WORD = re.compile(r"\w+")
NGRAM = 13
SHINGLE = 5


def words(text: str) -> list[str]:
    """Runs of letters, digits and underscores, case folded."""
    return WORD.findall(text.casefold())


def ngrams(text: str, length: int = NGRAM) -> set[str]:
    """All runs of `length` words, each joined by single spaces."""
    found = words(text)
    return {" ".join(found[start : start + length]) for start in range(len(found) - length + 1)}


def jaccard(one: str, other: str) -> float:
    """Jaccard similarity of the sets of five-word shingles of two texts (1.0 for two empty sets)."""
    first, second = ngrams(one, SHINGLE), ngrams(other, SHINGLE)
    return len(first & second) / len(first | second) if first | second else 1.0
