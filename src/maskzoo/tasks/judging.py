"""Predictions held against gold: the values of a task's metric and of those reported beside it."""

import math
from typing import Any

from maskzoo.errors import UserError
from maskzoo.recipe.task import metrics_of
from maskzoo.tasks import metrics, types
from maskzoo.tasks.predictions import Predictions
from maskzoo.tasks.task_data import PreparedTask, Split


def judge(
    task: PreparedTask, split: Split, predictions: Predictions, *, through_evaluate: bool = False
) -> dict[str, float]:
    """The task's metric first, then those beside it; one that reads scores is left out where there are none.

    Args:
        through_evaluate: compute each by its `evaluate.Metric`, which takes seconds to import.

    Raises:
        ValueError: the task's metric reads scores, and the predictions have none.
        UserError: a value is no number, because the predictions are none.
    """
    values = _values(task, split, predictions, through_evaluate=through_evaluate)
    for name, found in values.items():
        if not math.isfinite(found):
            raise UserError(
                f"{name} is {found}: the predictions are no numbers",
                where=f"task {task.name}",
                hint="nothing can be said about such a model",
            )
    return values


def _values(
    task: PreparedTask, split: Split, predictions: Predictions, *, through_evaluate: bool = False
) -> dict[str, float]:
    values: dict[str, float] = {}
    for name in _names(task):
        side = metrics.reads(name)
        answers = predictions.predicted if side == "predicted" else predictions.scores
        if answers is None:
            if name == task.metric:
                raise ValueError(f"{name} needs scores of all labels")
            continue
        references = types.load(task.type).references(split.gold, task.labels, side)
        if through_evaluate:
            values |= metrics.evaluate_metric(name).compute(references=references, predictions=answers)
        else:
            values |= metrics.score(name, references, answers)
    return values


def _names(task: PreparedTask) -> list[str]:
    """The task's metric and those beside it that fit its type."""
    return [name for name in metrics.names_for(task.metric) if name in metrics_of(task.type)]


def value(task: PreparedTask, split: Split, predictions: Predictions) -> float:
    """The task's metric, or its negative where less is better: what choices on validation maximise.

    Minus infinity where it is no number, so that it is never chosen.
    """
    found = task.sign * _values(task, split, predictions)[task.metric]
    return found if math.isfinite(found) else -math.inf


def by_target(task: PreparedTask, split: Split, predictions: Predictions) -> dict[str, dict[str, float]]:
    """target -> metric -> value, for types whose gold is a matrix with a column a target, or which say it themselves.

    A type's own `by_target(split, predictions)` tells what else its examples fall into; other types have nothing.
    """
    import numpy as np

    own = getattr(types.load(task.type), "by_target", None)
    if own is not None:
        return dict(own(split, predictions))

    gold: Any = split.gold
    if not isinstance(gold, np.ndarray) or len(task.labels) < 2:
        return {}
    found: dict[str, dict[str, float]] = {label: {} for label in task.labels}
    for name in _names(task):
        side = metrics.reads(name)
        answers = np.asarray(predictions.predicted if side == "predicted" else predictions.scores, dtype=np.float64)
        references = types.load(task.type).references(gold, task.labels, side)
        for column, label in enumerate(task.labels):
            one = slice(column, column + 1)
            if metrics.load(name).defined(references[:, one], answers[:, one]):
                found[label] |= metrics.score(name, references[:, one], answers[:, one])
    return found
