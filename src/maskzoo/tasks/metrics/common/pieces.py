"""Hidden pieces: the common part of the metrics of cloze."""

from collections.abc import Sequence

import numpy as np

from maskzoo.tasks.significance import Sample, Statistic

Rows = Sequence[Sequence[float]]
COLUMNS = ("right", "pieces", "log_probability", "characters")  # of a row of scores: sums over an example's pieces


def piece_sample(
    references: Rows, predictions: Sequence[Rows], columns: tuple[str, str], statistic: Statistic
) -> Sample:
    """A statistic of two of the sums.

    Args:
        references: (examples, 4): the same sums for a model that is right and sure.
        predictions: (seeds, examples, 4): sums over the pieces of each example, see `COLUMNS`.

    Raises:
        ValueError: references and predictions differ in length, or in the pieces or characters that were hidden.
    """
    found, best = np.asarray(predictions, dtype=np.float64), np.asarray(references, dtype=np.float64)
    if found.shape[1:] != best.shape:
        raise ValueError(f"{len(best)} references and {found.shape[1]} predictions differ in length")
    if not (found[..., [1, 3]] == best[:, [1, 3]]).all():
        raise ValueError("predictions are of other pieces than the references")
    return Sample(found[..., [COLUMNS.index(name) for name in columns]], statistic)
