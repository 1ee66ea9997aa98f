"""Share of queries whose true target is among the first ten of all targets of the test split."""

from collections.abc import Sequence

from maskzoo.tasks.metrics.common.ranks import Rows, rank_sample, within
from maskzoo.tasks.significance import Sample

TITLE = "recall at 10"
SEQUENCES = True
READS = "scores"
DTYPE = "float64"
BESIDE = ("mrr", "recall_at_1")
CITATION = ""


def sample(references: Rows, predictions: Sequence[Rows]) -> Sample:
    """Hits among the first 10, predictions (seeds, examples, 1).

    In 0..1 from rows that hold the rank of the true target.
    """
    return rank_sample(references, predictions, within(10))
