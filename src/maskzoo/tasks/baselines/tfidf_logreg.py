"""Words, word pairs and character n-grams weighted by TF-IDF, and a logistic regression on them.

Hard to beat on short texts, as Wang and Manning 2012 (Baselines and Bigrams) showed; character n-grams join in.
"""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from maskzoo.tasks.baselines import Fitted, Predictions
from maskzoo.tasks.baselines.common.tfidf import features as tfidf
from maskzoo.tasks.judging import value
from maskzoo.tasks.task_data import PreparedTask, Split

TITLE = "TF-IDF + logistic regression"
TYPES = ("sequence_classification",)
MATERIALS = ("text", "code", "smiles")  # proteins have k-mers, which are the same without words
STRENGTHS = (1.0, 10.0, 100.0)  # inverse regularisation, from strong to weak
WEIGHTS = (None, "balanced")


def fit(task: PreparedTask) -> Fitted:
    """Fit on the training split; regularisation and class weights are the best of a small grid on validation."""
    if len(set(task.train.gold)) < 2:
        from maskzoo.tasks.baselines import majority

        return majority.fit(task)
    features = tfidf(len(task.train))
    train = features.fit_transform(task.train.texts)
    validation = features.transform(task.validation.texts)
    best: tuple[float, Any, dict[str, Any]] | None = None
    for weight in WEIGHTS:
        model = None
        for strength in STRENGTHS:
            model = _regression(strength, weight, train, task.train.gold, start=model)
            found = value(task, task.validation, _answers(_copy(model), validation, task.labels))
            if best is None or found > best[0]:
                best = (found, _copy(model), {"C": strength, "class_weight": weight, "features": train.shape[1]})
    assert best is not None
    _, chosen, hyperparameters = best

    def predict(split: Split) -> Predictions:
        return _answers(chosen, features.transform(split.texts), task.labels)

    return Fitted(predict, hyperparameters)


def _answers(model: tuple[Any, Any, Any], inputs: Any, labels: Sequence[str]) -> Predictions:
    """Answers with the probabilities of all labels; a label that training lacks has none."""
    weights, intercept, classes = model
    logits = inputs @ weights + intercept
    probability = np.exp(logits - logits.max(axis=1, keepdims=True))
    probability /= probability.sum(axis=1, keepdims=True)
    shares = np.zeros((len(probability), len(labels)))
    shares[:, [labels.index(label) for label in classes]] = probability
    answer = probability.argmax(axis=1)
    return Predictions(classes[answer].tolist(), probability.max(axis=1).tolist(), shares)


def _regression(strength: float, weight: str | None, features: Any, labels: list[str], *, start: Any) -> Any:
    """A fitted model; it starts from the one with stronger regularisation, which is near."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    model = start or LogisticRegression(max_iter=200, tol=1e-3, warm_start=True, class_weight=weight)
    model.C = strength
    with warnings.catch_warnings():
        # the weakest regularisation may stop early: validation judges
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(features, labels)
    return model


def _copy(model: Any) -> tuple[Any, Any, Any]:
    """Weights (features, classes), intercept and classes; two classes get a column each."""
    weights, intercept = model.coef_.T.copy(), model.intercept_.copy()
    if len(model.classes_) == 2:
        weights, intercept = np.hstack([-weights / 2, weights / 2]), np.array([-intercept[0] / 2, intercept[0] / 2])
    return weights, intercept, np.asarray(model.classes_)
