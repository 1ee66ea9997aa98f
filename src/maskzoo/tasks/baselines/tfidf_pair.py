"""Both texts by TF-IDF, what they share and how alike they are, and a logistic regression on that.

The features of shared words follow the baseline of Bowman et al. 2015 (SNLI).
"""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from maskzoo.tasks.baselines import Fitted, Predictions
from maskzoo.tasks.baselines.common.pairs import PairFeatures
from maskzoo.tasks.judging import value
from maskzoo.tasks.task_data import PreparedTask

TITLE = "TF-IDF of both texts + logistic regression"
TYPES = ("pair_classification",)
STRENGTHS = (0.1, 1.0, 10.0, 100.0)
WEIGHTS = (None, "balanced")


def fit(task: PreparedTask) -> Fitted:
    """Fit on the training split; regularisation and class weights are the best on validation."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    if len(set(task.train.gold)) < 2:
        from maskzoo.tasks.baselines import majority

        return majority.fit(task)
    describe = PairFeatures(task.train)
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


def _answers(model: Any, inputs: Any, labels: Sequence[str]) -> Predictions:
    shares = np.zeros((inputs.shape[0], len(labels)))
    shares[:, [labels.index(label) for label in model.classes_]] = model.predict_proba(inputs)
    answer = shares.argmax(axis=1)
    return Predictions([labels[place] for place in answer], shares.max(axis=1).tolist(), shares)
