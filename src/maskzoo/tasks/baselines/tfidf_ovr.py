"""TF-IDF of words and character n-grams, and a logistic regression for each label against the rest."""

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskzoo.tasks.baselines import Fitted, Predictions
from maskzoo.tasks.baselines.common.tfidf import features
from maskzoo.tasks.judging import value
from maskzoo.tasks.task_data import PreparedTask, Split

TITLE = "TF-IDF + logistic regressions"
TYPES = ("multi_label",)
STRENGTHS = (1.0, 10.0, 100.0)  # inverse regularisation, from strong to weak
WEIGHTS = (None, "balanced")


def fit(task: PreparedTask) -> Fitted:
    """Fit on the training split; one regularisation and weighting for all labels, the best on validation.

    A label is learnt from the examples where it is known; one that is always or never there keeps its share.
    """
    vectorizer = features(len(task.train))
    train = vectorizer.fit_transform(task.train.texts)
    validation = vectorizer.transform(task.validation.texts)
    gold = np.asarray(task.train.gold, dtype=np.float64)
    best: tuple[float, Any, dict[str, Any]] | None = None
    for weight in WEIGHTS:
        for strength in STRENGTHS:
            model = _models(train, gold, strength, weight)
            found = value(task, task.validation, _answers(model, validation))
            if best is None or found > best[0]:
                best = (found, model, {"C": strength, "class_weight": weight, "features": train.shape[1]})
    assert best is not None
    _, winner, hyperparameters = best
    return Fitted(lambda split: _predict(winner, vectorizer, split), hyperparameters)


def _predict(model: Any, vectorizer: Any, split: Split) -> Predictions:
    return _answers(model, vectorizer.transform(split.texts))


def _models(
    inputs: Any, gold: NDArray[np.float64], strength: float, weight: str | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weights (features, labels) and intercepts (labels,)."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    weights = np.zeros((inputs.shape[1], gold.shape[1]))
    intercept = np.zeros(gold.shape[1])
    for label in range(gold.shape[1]):
        known = np.flatnonzero(~np.isnan(gold[:, label]))
        share = (gold[known, label].sum() + 0.5) / (len(known) + 1)
        intercept[label] = np.log(share / (1 - share))
        if len(np.unique(gold[known, label])) < 2:
            continue
        model = LogisticRegression(C=strength, class_weight=weight, max_iter=200, tol=1e-3)
        with warnings.catch_warnings():
            # the weakest regularisation may stop early: validation judges
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(inputs[known], gold[known, label])
        weights[:, label], intercept[label] = model.coef_[0], model.intercept_[0]
    return weights, intercept


def _answers(model: tuple[NDArray[np.float64], NDArray[np.float64]], inputs: Any) -> Predictions:
    weights, intercept = model
    shares = 1 / (1 + np.exp(-(np.asarray(inputs @ weights) + intercept)))
    return Predictions(list((shares >= 0.5).astype(np.float64)), list(shares), shares)
