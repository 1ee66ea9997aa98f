"""Symmetric mean absolute percentage error: 200 |a - b| / (|a| + |b|), averaged; 0 where both are 0."""

from typing import Any

import numpy as np

from maskzoo.tasks.metrics.common.errors import Floats, error_sample, has_value, means
from maskzoo.tasks.significance import Sample

TITLE = "SMAPE (%)"
HUB = "smape"
SEQUENCES = True
DTYPE = "float64"
BESIDE = ("mae",)
LOWER_IS_BETTER = True
CITATION = "Makridakis 1993, Accuracy measures: theoretical and practical concerns"
defined = has_value


def sample(references: Any, predictions: Any) -> Sample:
    """The metric of several seeds, `predictions` (seeds, examples, targets), for resampling.

    In 0..200; NaN where no value is known or an answer is no number.

    Args:
        references: (examples, targets), NaN where missing.
    """
    return error_sample(references, predictions, _parts, means)


def _parts(gold: Floats, predicted: Floats) -> tuple[Floats, ...]:
    size = np.abs(gold) + np.abs(predicted)
    return (np.divide(200 * np.abs(gold - predicted), size, out=np.zeros_like(size), where=size > 0),)
