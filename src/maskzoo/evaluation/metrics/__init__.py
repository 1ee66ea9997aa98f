"""Metrics, one module each: a pure function on lists, and the same as a local `evaluate.Metric` (nothing is fetched).

A metric's module has `score(references, predictions) -> dict`, whose first key is the name of the metric, `SEQUENCES`
(whether an example is a list of tags) and `CITATION`. `scores` is for stages that must not wait for `import evaluate`
(5 s, and it imports torch); `evaluate_metric` is the same number through the `evaluate` interface.
"""

from collections.abc import Sequence
from typing import Any

from maskzoo import registry


def names_for(metric: str) -> tuple[str, ...]:
    """The metric asked for first, then the others that are reported beside it."""
    beside = {
        "macro_f1": ("accuracy",),
        "accuracy": ("macro_f1",),
        "entity_f1": ("token_accuracy",),
    }
    return (metric, *beside.get(metric, ()))


def scores(metric: str, references: Sequence[Any], predictions: Sequence[Any]) -> dict[str, float]:
    """All values reported for a task whose metric is `metric`; labels as strings, tags as lists of strings.

    Raises:
        ValueError: references and predictions differ in length.
    """
    values: dict[str, float] = {}
    for name in names_for(metric):
        values |= _module(name).score(references, predictions)
    return values


def evaluate_metric(name: str) -> Any:
    """An `evaluate.Metric` for one metric, made without network: `.compute(references=..., predictions=...)`."""
    from maskzoo.evaluation.metrics._local import LocalMetric

    return LocalMetric(name, _module(name))


def evaluate_scores(metric: str, references: Sequence[Any], predictions: Sequence[Any]) -> dict[str, float]:
    """Like `scores`, through `evaluate`."""
    values: dict[str, float] = {}
    for name in names_for(metric):
        values |= evaluate_metric(name).compute(references=references, predictions=predictions)
    return values


def _module(name: str) -> Any:
    return registry.load("maskzoo.evaluation.metrics", name, kind="metric")
