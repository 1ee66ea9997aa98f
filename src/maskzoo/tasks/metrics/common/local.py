"""The bridge from a metric's pure function to the interface of `evaluate`."""

import tempfile
from collections.abc import Callable
from types import ModuleType
from typing import Any

import evaluate
from datasets import Features, Sequence, Value

Score = Callable[[Any, Any], dict[str, float]]


class LocalMetric(evaluate.Metric):  # type: ignore[misc]
    """A metric of `maskzoo.tasks.metrics` as an `evaluate.Metric`, instantiated directly and kept in memory.

    Args:
        name: the metric's name.
        module: its module, with `SEQUENCES`, `CITATION` and a docstring.
        score: references and predictions -> values.
    """

    def __init__(self, name: str, module: ModuleType, score: Score) -> None:
        self._metric, self._module, self._score = name, module, score
        # evaluate makes a folder even for metrics kept in memory: a temporary one leaves the user's cache alone
        self._scratch = tempfile.TemporaryDirectory(prefix="maskzoo-metric-")
        super().__init__(config_name=name, keep_in_memory=True, cache_dir=self._scratch.name, seed=0)

    def _info(self) -> Any:
        value = Value(getattr(self._module, "DTYPE", "string"))
        kind = Sequence(value) if self._module.SEQUENCES else value
        return evaluate.MetricInfo(
            description=self._module.__doc__ or self._metric,
            citation=self._module.CITATION,
            inputs_description="references and predictions, one value (or list) an example",
            features=Features({"predictions": kind, "references": kind}),
        )

    def _compute(self, *, predictions: Any, references: Any) -> dict[str, float]:
        values: dict[str, float] = self._score(list(references), list(predictions))
        return values
