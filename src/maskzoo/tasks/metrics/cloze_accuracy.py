"""Share of hidden pieces that are filled in exactly: all tokens of a piece right, whatever tokens it is cut into.

So a tokenizer gains nothing from cutting finely. De Sousa and Hasselbring 2021 (JavaBERT) count like this by kind of
token.
"""

from collections.abc import Sequence

from maskzoo.tasks.metrics.common.pieces import Rows, piece_sample
from maskzoo.tasks.significance import Sample, ratio

TITLE = "cloze accuracy"
SEQUENCES = True
READS = "scores"
DTYPE = "float64"
BESIDE = ("cloze_perplexity",)
HUB = "accuracy"
CITATION = ""


def sample(references: Rows, predictions: Sequence[Rows]) -> Sample:
    """Right pieces of all pieces, predictions (seeds, examples, 4).

    In 0..1 from the sums of every example.
    """
    return piece_sample(references, predictions, ("right", "pieces"), ratio)
