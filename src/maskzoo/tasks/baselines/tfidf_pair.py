"""Both texts by TF-IDF, what they share and how alike they are, and a logistic regression on that.

The features of shared words follow the baseline of Bowman et al. 2015 (SNLI).
"""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from maskzoo.tasks.baselines import Fitted, Predictions
from maskzoo.tasks.baselines.common.tfidf import characters, words
from maskzoo.tasks.judging import value
from maskzoo.tasks.task_data import PreparedTask, Split

TITLE = "TF-IDF of both texts + logistic regression"
TYPES = ("pair_classification",)
STRENGTHS = (0.1, 1.0, 10.0, 100.0)
WEIGHTS = (None, "balanced")
MOST = 20_000  # features of each kind and text


def fit(task: PreparedTask) -> Fitted:
    """Fit on the training split; regularisation and class weights are the best on validation."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    if len(set(task.train.gold)) < 2:
        from maskzoo.tasks.baselines import majority

        return majority.fit(task)
    describe = _Described(task.train)
    train, validation = describe(task.train), describe(task.validation)
    best: tuple[float, Any, dict[str, Any]] | None = None
    for weight in WEIGHTS:
        for strength in STRENGTHS:
            model = LogisticRegression(C=strength, class_weight=weight, max_iter=200, tol=1e-3)
            with warnings.catch_warnings():
                # the weakest regularisation may stop early: validation judges
                warnings.simplefilter("ignore", ConvergenceWarning)
                model.fit(train, task.train.gold)
            found = value(task, task.validation, _answers(model, validation, task.labels))
            if best is None or found > best[0]:
                best = (found, model, {"C": strength, "class_weight": weight, "features": train.shape[1]})
    assert best is not None
    _, winner, hyperparameters = best
    return Fitted(lambda split: _answers(winner, describe(split), task.labels), hyperparameters)


class _Described:
    """Sparse rows (examples, features): words of either text, those of both, and five numbers of likeness."""

    def __init__(self, train: Split) -> None:
        texts = [*train.texts, *train.pairs]
        self.words = words(len(texts), most=MOST).fit(texts)
        self.characters = characters(len(texts), most=MOST).fit(texts)

    def __call__(self, split: Split) -> Any:
        from scipy.sparse import csr_matrix, hstack

        first, second = (self.words.transform(texts) for texts in (split.texts, split.pairs))
        letters = [self.characters.transform(texts) for texts in (split.texts, split.pairs)]
        shared = first.multiply(second)
        numbers = np.column_stack(
            [
                np.asarray(shared.sum(axis=1)).ravel(),
                np.asarray(letters[0].multiply(letters[1]).sum(axis=1)).ravel(),
                *overlaps(split.texts, split.pairs).T,
            ]
        )
        return hstack([first, second, shared, csr_matrix(numbers.astype(np.float32))], format="csr")


def overlaps(first: Sequence[str], second: Sequence[str]) -> Any:
    """(examples, 3): shared words of all, shared words of the shorter text, and the ratio of lengths; all in 0..1."""
    rows = []
    for one, other in zip(first, second, strict=True):
        a, b = set(one.lower().split()), set(other.lower().split())
        both = len(a & b)
        lengths = sorted((len(one), len(other)))
        rows.append((both / max(1, len(a | b)), both / max(1, min(len(a), len(b))), lengths[0] / max(1, lengths[1])))
    return np.array(rows, dtype=np.float64).reshape(len(rows), 3)


def _answers(model: Any, inputs: Any, labels: Sequence[str]) -> Predictions:
    shares = np.zeros((inputs.shape[0], len(labels)))
    shares[:, [labels.index(label) for label in model.classes_]] = model.predict_proba(inputs)
    answer = shares.argmax(axis=1)
    return Predictions([labels[place] for place in answer], shares.max(axis=1).tolist(), shares)
