"""Share of the variance that is explained: 1 - squared error / squared distance to the mean; averaged over targets."""

from typing import Any

import numpy as np

from maskzoo.tasks.metrics.common.errors import Floats, error_sample
from maskzoo.tasks.significance import Sample

TITLE = "R²"
SEQUENCES = True
DTYPE = "float64"
BESIDE = ("rmse", "mae", "spearman")
CITATION = ""


def defined(references: Any, predictions: Any) -> bool:
    """Whether there is a value to be held against."""
    return len(np.unique(references[~np.isnan(references)])) > 1


def sample(references: Any, predictions: Any) -> Sample:
    """The metric of several seeds, `predictions` (seeds, examples, targets), for resampling.

    At most 1; 0 for the mean of the values, below 0 for worse; NaN where all values are equal.

    Args:
        references: (examples, targets), NaN where missing.
    """
    return error_sample(references, predictions, _parts, _explained)


def _parts(gold: Floats, predicted: Floats) -> tuple[Floats, ...]:
    middle = gold.mean(axis=1, keepdims=True)  # any constant near the values: sums of squares far from zero lose digits
    return np.square(gold - predicted), gold - middle, np.square(gold - middle)


def _explained(sums: Floats) -> Floats:
    error, total, squares, count = (sums[..., place] for place in range(4))
    spread = squares - np.divide(np.square(total), count, out=np.zeros_like(total), where=count > 0)
    real = spread > 1e-12 * np.maximum(squares, 1e-300)
    return 1 - np.divide(error, spread, out=np.full_like(error, np.nan), where=real)
