"""What several baselines share: fitting every target on the rows that have it, and choosing on validation."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from maskzoo.tasks.baselines import Fitted, Predictions
from maskzoo.tasks.judging import value
from maskzoo.tasks.task_data import PreparedTask, Split

Features = Callable[[Split], Any]
Regressor = Callable[[dict[str, Any]], Any]


def best_regression(
    task: PreparedTask, features: Features, make: Regressor, grid: Sequence[dict[str, Any]], **said: Any
) -> Fitted:
    """The regressors (one a target) of the grid's entry that is best on validation; a target never seen is 0.

    A bound is fitted as if it were the value: it is the nearest that the value can be.

    Args:
        features: `(examples, features)` of a split, fitted on training already.
        make: an unfitted regressor with the given settings.
    """
    inputs = features(task.train)
    gold = np.asarray(task.train.gold, dtype=np.float64)
    if "bounds" in task.train.parts:
        gold = np.where(np.isnan(gold), task.train.parts["bounds"], gold)

    def fitted(settings: dict[str, Any]) -> list[Any]:
        models = []
        for target in gold.T:
            known = np.flatnonzero(~np.isnan(target))
            models.append(make(settings).fit(inputs[known], target[known]) if len(known) > 1 else None)
        return models

    def predict(models: list[Any], split: Split) -> Predictions:
        rows = features(split)
        answers: Any = np.stack([model.predict(rows) if model else np.zeros(len(split)) for model in models], axis=1)
        return Predictions(answers)

    models, settings = best(task, grid, fitted, predict)
    return Fitted(lambda split: predict(models, split), {**settings, **said})


def best_classification(
    task: PreparedTask, features: Features, make: Regressor, grid: Sequence[dict[str, Any]], **said: Any
) -> Fitted:
    """The classifier of the grid's entry that is best on validation."""
    inputs = features(task.train)

    def predict(model: Any, split: Split) -> Predictions:
        rows = model.predict_proba(features(split))
        probability = np.zeros((len(split), len(task.labels)))
        probability[:, [task.labels.index(label) for label in model.classes_]] = rows
        answers = probability.argmax(axis=1)
        return Predictions([task.labels[answer] for answer in answers], probability.max(axis=1).tolist(), probability)

    model, settings = best(task, grid, lambda chosen: make(chosen).fit(inputs, task.train.gold), predict)
    return Fitted(lambda split: predict(model, split), {**settings, **said})


def best(
    task: PreparedTask,
    grid: Iterable[dict[str, Any]],
    fit: Callable[[dict[str, Any]], Any],
    predict: Callable[[Any, Split], Predictions],
) -> tuple[Any, dict[str, Any]]:
    """The model and the settings of the grid's entry that is best on validation, the first among equals."""
    best: tuple[float, Any, dict[str, Any]] | None = None
    for settings in grid:
        model = fit(settings)
        reached = value(task, task.validation, predict(model, task.validation))
        if best is None or reached > best[0]:
            best = (reached, model, settings)
    assert best is not None, "a grid has an entry"
    return best[1], best[2]
