"""Root of the mean squared error, in the unit of the task; averaged over the targets."""

from typing import Any

import numpy as np

from maskzoo.tasks.metrics.common.errors import Floats, error_sample, has_value, means
from maskzoo.tasks.significance import Sample

TITLE = "RMSE"
SEQUENCES = True
DTYPE = "float64"
BESIDE = ("mae", "r2", "spearman")
LOWER_IS_BETTER = True
IN_UNIT = True
CITATION = ""
defined = has_value


def sample(references: Any, predictions: Any) -> Sample:
    """The metric of several seeds, `predictions` (seeds, examples, targets), for resampling.

    At least 0; NaN where no value is known or an answer is no number.

    Args:
        references: (examples, targets), NaN where missing.
    """
    return error_sample(references, predictions, _parts, _root)


def _parts(gold: Floats, predicted: Floats) -> tuple[Floats, ...]:
    return (np.square(gold - predicted),)


def _root(sums: Floats) -> Floats:
    return np.asarray(np.sqrt(means(sums)))
