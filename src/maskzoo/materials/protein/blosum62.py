"""BLOSUM62 (Henikoff and Henikoff 1992): log odds, in half bits, of two residues at one place of an alignment."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

ORDER = "ARNDCQEGHILKMFPSTWYV"
# rows up to the diagonal
LOWER = """
4
-1 5
-2 0 6
-2 -2 1 6
0 -3 -3 -3 9
-1 1 0 0 -3 5
-1 0 0 2 -4 2 5
0 -2 0 -1 -3 -2 -2 6
-2 0 1 -1 -3 0 0 -2 8
-1 -3 -3 -3 -1 -3 -3 -4 -3 4
-1 -2 -3 -4 -1 -2 -3 -4 -3 2 4
-1 2 0 -1 -3 1 1 -2 -1 -3 -2 5
-1 -1 -2 -3 -1 0 -2 -3 -2 1 2 -1 5
-2 -3 -3 -3 -2 -3 -3 -3 -1 0 0 -3 0 6
-1 -2 -2 -1 -3 -1 -1 -2 -2 -3 -3 -1 -2 -4 7
1 -1 1 0 -1 0 0 0 -1 -2 -2 0 -1 -2 -1 4
0 -1 0 -1 -1 -1 -1 -2 -2 -1 -1 -1 -1 -2 -1 1 5
-3 -3 -4 -4 -2 -2 -3 -2 -2 -3 -2 -3 -1 1 -4 -3 -2 11
-2 -2 -2 -3 -2 -1 -2 -3 2 -1 -1 -2 -1 3 -3 -2 -2 2 7
0 -3 -3 -3 -1 -2 -2 -3 -3 3 1 -2 1 -1 -2 -2 0 -3 -1 4
"""
# how often each letter stands in proteins (Robinson and Robinson 1991), per thousand, in the same order
FREQUENCY = (78, 51, 45, 54, 19, 43, 63, 74, 22, 51, 91, 57, 22, 39, 52, 71, 58, 13, 32, 64)


@cache
def scores() -> NDArray[np.float64]:
    """The symmetric matrix `(20, 20)` in `ORDER`."""
    rows = [[int(cell) for cell in line.split()] for line in LOWER.strip().splitlines()]
    matrix = np.zeros((len(ORDER), len(ORDER)))
    for number, row in enumerate(rows):
        matrix[number, : number + 1] = row
        matrix[: number + 1, number] = row
    return matrix


@cache
def background() -> NDArray[np.float64]:
    """Probability of each letter, `(20,)`."""
    counts = np.array(FREQUENCY, dtype=np.float64)
    result: NDArray[np.float64] = counts / counts.sum()
    return result


@cache
def exchange() -> NDArray[np.float64]:
    """Probability that the letter of a row became that of a column, given that it changed, `(20, 20)`."""
    odds = background() * 2 ** (scores() / 2)
    np.fill_diagonal(odds, 0)
    result: NDArray[np.float64] = odds / odds.sum(axis=1, keepdims=True)
    return result


def rows(sequence: str) -> NDArray[np.float64]:
    """Residues as their rows of the matrix, `(residues, 20)`; letters beside the twenty are zero."""
    place = {letter: number for number, letter in enumerate(ORDER)}
    padded = np.vstack([scores(), np.zeros(len(ORDER))])
    return padded[[place.get(letter, len(ORDER)) for letter in sequence]]
