"""Cells against the reference: differences seed by seed, with intervals and the chance that they are noise.

Runs of one seed see the same windows in the same order and begin with the same weights, so they are compared in pairs.
Three to five seeds are too few to resample: intervals and p-values are Student's (1908), over the seeds, and p-values
are adjusted for the number of cells by Holm (1979). They say what another seed would do, not another corpus.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskzoo.tasks.significance import holm

LEVEL = 0.05


@dataclass(frozen=True)
class Spread:
    """A mean over seeds with its 95 % interval; no interval from a single seed."""

    mean: float
    interval: tuple[float, float] | None

    @property
    def half(self) -> float:
        """Half the width of the interval."""
        return 0.0 if self.interval is None else (self.interval[1] - self.interval[0]) / 2


@dataclass(frozen=True)
class Judged:
    """A cell against the reference: by how much, how likely by chance, and in a word."""

    difference: Spread
    p: float | None
    word: str


def spread(values: Sequence[float]) -> Spread:
    """Mean and Student interval of one number per seed."""
    from scipy.stats import t

    array = np.asarray(values, dtype=float)
    mean = float(array.mean())
    if len(array) < 2:
        return Spread(mean, None)
    half = float(t.ppf(1 - LEVEL / 2, len(array) - 1) * array.std(ddof=1) / np.sqrt(len(array)))
    return Spread(mean, (mean - half, mean + half))


def verdicts(
    values: Mapping[str, Sequence[float]], reference: str, *, lower_is_better: bool = True
) -> dict[str, Judged]:
    """Every other cell against the reference.

    Args:
        values: cell -> one number per seed, the same seeds in the same order.
        reference: a cell of `values`.
        lower_is_better: which sign is a gain.

    Returns:
        better, worse, noise (the adjusted p-value is at least 0.05) or, from a single seed, "one seed".
    """
    theirs = np.asarray(values[reference], dtype=float)
    cells = [cell for cell in values if cell != reference]
    differences = {cell: np.asarray(values[cell], dtype=float) - theirs for cell in cells}
    chances = [_chance(difference) for difference in differences.values()]
    adjusted: list[float | None] = [None] * len(cells)
    if all(chance is not None for chance in chances):
        adjusted = [*holm([chance for chance in chances if chance is not None])]
    found = {}
    for cell, p in zip(cells, adjusted, strict=True):
        seen = spread(differences[cell].tolist())
        word = "one seed" if p is None else "noise"
        if p is not None and p < LEVEL:
            word = "better" if (seen.mean < 0) == lower_is_better else "worse"
        found[cell] = Judged(seen, p, word)
    return found


def _chance(difference: NDArray[np.float64]) -> float | None:
    """Two-sided p-value of no difference, by the paired test."""
    from scipy.stats import t

    if len(difference) < 2:
        return None
    error = difference.std(ddof=1) / np.sqrt(len(difference))
    if error == 0:
        return 0.0 if difference.mean() else 1.0
    return float(2 * t.sf(abs(difference.mean()) / error, len(difference) - 1))
