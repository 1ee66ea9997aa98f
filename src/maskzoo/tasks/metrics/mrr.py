"""Mean reciprocal rank: one over the place of the true target among all targets of the test split, averaged.

Voorhees 1999, The TREC-8 question answering track report.
"""

from collections.abc import Sequence

from maskzoo.tasks.metrics.common.ranks import Rows, rank_sample
from maskzoo.tasks.significance import Sample

TITLE = "mean reciprocal rank"
SEQUENCES = True
READS = "scores"
DTYPE = "float64"
BESIDE = ("recall_at_1", "recall_at_10")
CITATION = ""


def sample(references: Rows, predictions: Sequence[Rows]) -> Sample:
    """Reciprocal ranks, predictions (seeds, examples, 1).

    In 0..1 from rows that hold the rank of the true target.
    """
    return rank_sample(references, predictions, lambda ranks: 1 / ranks)
