"""Words, word pairs and character n-grams weighted by TF-IDF, and a logistic regression on them.

Hard to beat on short texts, as Wang and Manning 2012 (Baselines and Bigrams) showed; character n-grams join in.
"""

import warnings
from typing import Any

import numpy as np

from maskzoo.evaluation.baselines import Fitted, Predictions
from maskzoo.evaluation.metrics import scores
from maskzoo.evaluation.task_data import PreparedTask, Split

TITLE = "TF-IDF + logistic regression"
TYPES = ("sequence_classification",)
STRENGTHS = (1.0, 10.0, 100.0)  # inverse regularisation, from strong to weak
WEIGHTS = (None, "balanced")
SMALL = 500  # with fewer training texts every n-gram is kept, above it those of at least two texts


def fit(task: PreparedTask) -> Fitted:
    """Fit on the training split; regularisation and class weights are the best of a small grid on validation."""
    if len(set(task.train.gold)) < 2:
        from maskzoo.evaluation.baselines import majority

        return majority.fit(task)
    features = _features(rare=1 if len(task.train) < SMALL else 2)
    train = features.fit_transform(task.train.texts)
    validation = features.transform(task.validation.texts)
    best: tuple[float, Any, dict[str, Any]] | None = None
    for weight in WEIGHTS:
        model = None
        for strength in STRENGTHS:
            model = _regression(strength, weight, train, task.train.gold, start=model)
            value = scores(task.metric, task.validation.gold, model.predict(validation).tolist())[task.metric]
            if best is None or value > best[0]:
                best = (value, _copy(model), {"C": strength, "class_weight": weight, "features": train.shape[1]})
    assert best is not None
    _, (chosen_weights, intercept, classes), hyperparameters = best

    def predict(split: Split) -> Predictions:
        logits = features.transform(split.texts) @ chosen_weights + intercept
        probability = np.exp(logits - logits.max(axis=1, keepdims=True))
        probability /= probability.sum(axis=1, keepdims=True)
        answer = probability.argmax(axis=1)
        return Predictions(classes[answer].tolist(), probability.max(axis=1).tolist())

    return Fitted(predict, hyperparameters)


def _features(*, rare: int) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import FeatureUnion

    words = TfidfVectorizer(
        ngram_range=(1, 2), sublinear_tf=True, min_df=rare, token_pattern=r"(?u)\b\w+\b", dtype=np.float32
    )
    # case is kept here: it means something in names, and chemistry in SMILES
    characters = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=rare, lowercase=False, dtype=np.float32
    )
    return FeatureUnion([("words", words), ("characters", characters)])


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
