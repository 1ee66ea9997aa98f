"""TF-IDF of words and character n-grams, and a ridge regression on them for each target (Hoerl and Kennard 1970)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskzoo.tasks.baselines import Fitted, Predictions
from maskzoo.tasks.baselines.common.tfidf import features
from maskzoo.tasks.judging import value
from maskzoo.tasks.task_data import PreparedTask, Split

TITLE = "TF-IDF + ridge regression"
TYPES = ("regression",)
MATERIALS = ("text", "code", "smiles")  # proteins have k-mers, which are the same without words
PENALTIES = (0.03, 0.3, 1.0, 3.0, 30.0)


def fit(task: PreparedTask) -> Fitted:
    """Fit on the training split; one penalty for all targets, the best on validation.

    A target is learnt from the examples that have it; values that are only bounds are left out.
    """
    vectorizer = features(len(task.train))
    train = vectorizer.fit_transform(task.train.texts)
    validation = vectorizer.transform(task.validation.texts)
    gold = exact(task.train)
    best: tuple[float, Any, dict[str, Any]] | None = None
    for penalty in PENALTIES:
        weights, intercept = _ridge(train, gold, penalty)
        found = value(task, task.validation, Predictions(list(validation @ weights + intercept)))
        if best is None or found > best[0]:
            best = (found, (weights, intercept), {"alpha": penalty, "features": train.shape[1]})
    assert best is not None
    _, (chosen, shift), hyperparameters = best

    def predict(split: Split) -> Predictions:
        return Predictions(list(vectorizer.transform(split.texts) @ chosen + shift))

    return Fitted(predict, hyperparameters)


def exact(split: Split) -> NDArray[np.float64]:
    """Values (examples, targets), NaN where there is none or only a bound."""
    gold = np.array(split.gold, dtype=np.float64)
    censored = split.parts.get("censored")
    if censored is not None:
        gold[np.asarray(censored) != 0] = np.nan
    return gold


def _ridge(inputs: Any, gold: NDArray[np.float64], penalty: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weights (features, targets) and intercepts (targets,); the penalty is relative to the target's spread."""
    from sklearn.linear_model import Ridge

    weights = np.zeros((inputs.shape[1], gold.shape[1]))
    intercept = np.zeros(gold.shape[1])
    for target in range(gold.shape[1]):
        known = np.flatnonzero(~np.isnan(gold[:, target]))
        if not len(known):
            continue
        centre, spread = gold[known, target].mean(), gold[known, target].std() or 1.0
        model = Ridge(alpha=penalty, solver="sparse_cg", tol=1e-3)
        model.fit(inputs[known], (gold[known, target] - centre) / spread)
        weights[:, target] = model.coef_ * spread
        intercept[target] = model.intercept_ * spread + centre
    return weights, intercept
