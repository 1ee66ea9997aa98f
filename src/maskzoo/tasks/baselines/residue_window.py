"""A residue's label from the residues around it: a window of letters under logistic regression.

Windows of fifteen to seventeen residues are what secondary structure was predicted from before there were alignments
(Garnier, Osguthorpe and Robson 1978; Qian and Sejnowski 1988).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskzoo.materials.protein.blosum62 import ORDER
from maskzoo.tasks.baselines import Fitted, Predictions
from maskzoo.tasks.judging import value
from maskzoo.tasks.task_data import PreparedTask, Split

TITLE = "residue window + logistic"
TYPES = ("token_classification",)
MATERIALS = ("protein",)
REACH = 8  # residues on either side
PENALTIES = (1e-6, 1e-5, 1e-4)
WEIGHTS: tuple[str | None, ...] = (None, "balanced")  # rare labels count as much as common ones, or not
EPOCHS = 8
BEYOND = len(ORDER)  # the code of a letter beside the twenty; the next one is of places outside the sequence


def fit(task: PreparedTask) -> Fitted:
    """Fit on the training split; penalty and class weights are chosen on validation."""
    from sklearn.linear_model import SGDClassifier

    inputs = windows(task.train)
    gold = np.array([tag or "" for row in task.train.gold for tag in row])
    scored = np.flatnonzero(gold != "")
    if len(set(gold[scored])) < 2:
        from maskzoo.tasks.baselines import majority

        return majority.fit(task)
    best: tuple[float, Any, dict[str, Any]] | None = None
    for weight in WEIGHTS:
        for penalty in PENALTIES:
            model = SGDClassifier(
                loss="log_loss",
                alpha=penalty,
                max_iter=EPOCHS,
                tol=None,
                average=True,
                class_weight=weight,
                random_state=0,
            )
            model.fit(inputs[scored], gold[scored])
            reached = value(task, task.validation, _predicted(model, task.validation))
            if best is None or reached > best[0]:
                best = (reached, model, {"alpha": penalty, "class_weight": weight, "reach": REACH})
    assert best is not None
    _, chosen, settings = best
    return Fitted(lambda split: _predicted(chosen, split), settings)


def windows(split: Split) -> Any:
    """One-hot windows of every residue of every sequence, sparse, `(residues, (2 * REACH + 1) * 22)`."""
    from scipy.sparse import csr_matrix

    kinds, width = BEYOND + 2, 2 * REACH + 1
    found = [_codes(tokens) for tokens in split.tokens]
    total = sum(len(codes) - 2 * REACH for codes in found)
    columns = np.empty((total, width), dtype=np.int32)
    row = 0
    for codes in found:
        length = len(codes) - 2 * REACH
        columns[row : row + length] = np.lib.stride_tricks.sliding_window_view(codes, width)[:length]
        row += length
    columns += np.arange(width, dtype=np.int32) * kinds
    values = np.ones(columns.size, dtype=np.float32)
    return csr_matrix((values, columns.ravel(), np.arange(total + 1) * width), shape=(total, width * kinds))


def _codes(tokens: list[str]) -> NDArray[np.int32]:
    """Letters as numbers, with `REACH` places outside on either side."""
    place = {letter: number for number, letter in enumerate(ORDER)}
    outside = [BEYOND + 1] * REACH
    return np.array([*outside, *(place.get(token, BEYOND) for token in tokens), *outside], dtype=np.int32)


def _predicted(model: Any, split: Split) -> Predictions:
    if not len(split):
        return Predictions([], [])
    probability = model.predict_proba(windows(split))
    answers = model.classes_[probability.argmax(axis=1)]
    ends = np.cumsum([len(tokens) for tokens in split.tokens])[:-1]
    tags = [row.tolist() for row in np.split(answers, ends)]
    return Predictions(tags, [row.tolist() for row in np.split(probability.max(axis=1), ends)])
