"""Every position as its row of BLOSUM62, under ridge regression: what is known without learning from other proteins.

The usual encoding for variants of one protein, whose positions are aligned as they are, and for peptides that bind a
receptor (Nielsen et al. 2003). Sequences of different lengths are aligned at both ends: the first and the last so many
residues, with nothing where a shorter one has no more.
"""

import numpy as np
from numpy.typing import NDArray

from maskzoo.materials.protein.blosum62 import ORDER, rows
from maskzoo.tasks.baselines import Fitted
from maskzoo.tasks.baselines.common.choice import best_regression
from maskzoo.tasks.task_data import PreparedTask, Split

TITLE = "BLOSUM62 by position + ridge"
TYPES = ("regression",)
MATERIALS = ("protein",)
ENDS = 32  # residues from either end, at most the length of the longest
PENALTIES = [{"alpha": alpha} for alpha in (1.0, 10.0, 100.0, 1000.0, 10_000.0)]


def fit(task: PreparedTask) -> Fitted:
    """Fit on the training split; the penalty is chosen on validation."""
    from sklearn.linear_model import Ridge

    lengths = {len(text) for text in task.train.texts}
    ends = None if len(lengths) == 1 else min(ENDS, max(lengths))
    width = lengths.pop() if ends is None else 0
    train = encoded(task.train.texts, ends, width)
    varied = np.flatnonzero(train.std(axis=0) > 0)
    offset = train[:, varied].mean(axis=0)

    def features(split: Split) -> NDArray[np.float32]:
        centred: NDArray[np.float32] = encoded(split.texts, ends, width)[:, varied] - offset
        return centred

    return best_regression(task, features, lambda chosen: Ridge(**chosen), PENALTIES, columns=len(varied))


def encoded(texts: list[str], ends: int | None, width: int) -> NDArray[np.float32]:
    """`(texts, places * 20)`: of all `width` places where `ends` is None, else of so many from either end."""
    places = width if ends is None else 2 * ends
    found = np.zeros((len(texts), places, len(ORDER)), dtype=np.float32)
    for number, text in enumerate(texts):
        if ends is None:
            part = rows(text[:width])
            found[number, : len(part)] = part
        else:
            head, tail = rows(text[:ends]), rows(text[-ends:])
            found[number, : len(head)] = head
            found[number, places - len(tail) :] = tail
    return found.reshape(len(texts), -1)
