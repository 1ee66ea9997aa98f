"""Metrics, one module each: a pure function, the same as a local `evaluate.Metric`, and as a sample to be resampled.

A metric's module has

- `sample(references, predictions) -> Resampled`, its value for several seeds at a time, ready for the bootstrap;
- `score(references, predictions) -> dict`, whose first key is the name of the metric, where one answer's value is found
  another way or comes with others;
- `defined(references, predictions)`, where it is a mean over columns: whether one column has a value;
- `TITLE` (what tables call it), `SEQUENCES` (whether an example is a list), `CITATION`, and where they differ from the
  defaults `LOWER_IS_BETTER`, `READS` ("predicted", or "scores": which side of the predictions it takes), `DTYPE`
  ("string" or "float64"),
  `BESIDE` (metrics reported with it, as far as they fit the type), `IN_UNIT` (whether it has the unit of the task),
  `HUB` (its name among the Hub's metrics) and `TYPES` (task types of this package that a metric of another one fits).

`scores` is for stages that must not wait for `import evaluate` (5 s, and it imports torch); `evaluate_metric` is the
same number through the `evaluate` interface.
"""

from collections.abc import Sequence
from functools import partial
from types import ModuleType
from typing import Any

from maskzoo import registry


def load(name: str) -> ModuleType:
    """The module of a metric.

    Raises:
        UserError: no such metric; names the nearest one.
    """
    return registry.load("metrics", name)


def names_for(metric: str) -> tuple[str, ...]:
    """The metric asked for first, then the others that are reported beside it."""
    return (metric, *getattr(load(metric), "BESIDE", ()))


def reads(metric: str) -> str:
    """Which side of the predictions a metric takes: `predicted` or `scores`."""
    return str(getattr(load(metric), "READS", "predicted"))


def lower_is_better(metric: str) -> bool:
    """Whether a metric is an error or a perplexity."""
    return bool(getattr(load(metric), "LOWER_IS_BETTER", False))


def title_of(metric: str) -> str:
    """What tables call a metric."""
    return str(load(metric).TITLE)


def hub_name(metric: str) -> str:
    """The metric's name on the Hub, where it has one there."""
    return str(getattr(load(metric), "HUB", metric))


def score(metric: str, references: Any, predictions: Any) -> dict[str, float]:
    """The value of a metric for one model's answers, and what its module gives beside it.

    Raises:
        ValueError: references and predictions differ in length.
    """
    module = load(metric)
    if hasattr(module, "score"):
        found: dict[str, float] = module.score(references, predictions)
        return found
    return {metric: float(module.sample(references, [predictions]).values[0])}


def scores(metric: str, references: Sequence[Any], predictions: Sequence[Any]) -> dict[str, float]:
    """The values of a metric and of those beside it that read the same.

    Raises:
        ValueError: references and predictions differ in length.
    """
    values: dict[str, float] = {}
    for name in names_for(metric):
        if reads(name) == reads(metric):
            values |= score(name, references, predictions)
    return values


def evaluate_metric(name: str) -> Any:
    """An `evaluate.Metric` for one metric, made without network: `.compute(references=..., predictions=...)`."""
    from maskzoo.tasks.metrics.common.local import LocalMetric

    return LocalMetric(name, load(name), partial(score, name))


def evaluate_scores(metric: str, references: Sequence[Any], predictions: Sequence[Any]) -> dict[str, float]:
    """Like `scores`, through `evaluate`."""
    values: dict[str, float] = {}
    for name in names_for(metric):
        if reads(name) == reads(metric):
            values |= evaluate_metric(name).compute(references=references, predictions=predictions)
    return values
