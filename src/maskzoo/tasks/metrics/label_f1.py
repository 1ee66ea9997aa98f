"""F1 of every label over the examples in which it is known, averaged without weights over the labels that occur."""

from typing import Any

import numpy as np

from maskzoo.tasks.metrics.common.errors import Floats, error_sample
from maskzoo.tasks.significance import Sample

TITLE = "macro F1 of labels"
HUB = "f1"
SEQUENCES = True
DTYPE = "float64"
BESIDE = ("roc_auc", "average_precision")
CITATION = ""


def defined(references: Any, predictions: Any) -> bool:
    """Whether a label occurs in references or predictions."""
    known = ~np.isnan(references)
    return bool(((references == 1) | (predictions == 1))[known].any())


def sample(references: Any, predictions: Any) -> Sample:
    """The metric of several seeds, `predictions` (seeds, examples, labels), for resampling.

    In 0..1; 0 where no label occurs.

    Args:
        references: (examples, labels) of 0, 1 and NaN where unknown.
    """
    return error_sample(references, predictions, _parts, _f1, undefined=0.0)


def _parts(gold: Floats, predicted: Floats) -> tuple[Floats, ...]:
    return gold * predicted, gold + predicted


def _f1(sums: Floats) -> Floats:
    hits, total = 2 * sums[..., 0], sums[..., 1]
    return np.divide(hits, total, out=np.full_like(hits, np.nan), where=total > 0)
