"""Perplexity of hidden pieces a hidden character (residue), all tokens of a piece hidden together.

The log-probability is summed over tokens and divided by characters, so that tokenizers can be compared. It asks of a
model what Chen et al. 2025 (PepMLM) ask of it for whole binders, except that they uncover residues again one by one.
"""

from collections.abc import Sequence

from maskzoo.tasks.metrics.common.pieces import Rows, piece_sample
from maskzoo.tasks.significance import Sample, perplexity

TITLE = "cloze perplexity"
SEQUENCES = True
READS = "scores"
DTYPE = "float64"
LOWER_IS_BETTER = True
BESIDE = ("cloze_accuracy",)
HUB = "perplexity"
CITATION = ""


def sample(references: Rows, predictions: Sequence[Rows]) -> Sample:
    """Log-probability a character, predictions (seeds, examples, 4).

    At least 1, from the sums of every example.
    """
    return piece_sample(references, predictions, ("log_probability", "characters"), perplexity)
