"""What the samples of several metrics share: per-example sums, labels as numbers."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def parts(
    gold: Sequence[Any], predicted: Sequence[Sequence[Any]], pair: Callable[[Any, Any], tuple[float, ...]]
) -> NDArray[np.float64]:
    """`pair` of every example of every seed, (seeds, examples, parts)."""
    return np.array([[pair(a, b) for a, b in zip(gold, row, strict=True)] for row in predicted], dtype=np.float64)


def numbered(
    gold: Sequence[str], predicted: Sequence[Sequence[str]]
) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """Labels as numbers: predicted (seeds, examples), gold (examples,), and how many labels there are."""
    labels = {label: number for number, label in enumerate(sorted({*gold, *(x for row in predicted for x in row)}))}
    numbers = np.array([[labels[label] for label in row] for row in (gold, *predicted)], dtype=np.int64)
    return numbers[1:], numbers[0], len(labels)
