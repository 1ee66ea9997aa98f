"""Metrics of a task as sums over examples, which is what resampling needs; held to the evaluation stage's by a test."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskzoo.errors import UserError
from maskzoo.evaluation.significance import Sample, label_parts, macro_f1, micro_f1, ratio


def task_sample(metric: str, gold: Sequence[Any], predicted: Sequence[Sequence[Any]]) -> Sample:
    """Per-example sums of a metric.

    Args:
        gold: (examples,) labels, or lists of tags.
        predicted: (seeds, examples) the same.

    Raises:
        UserError: a metric that is no function of sums over examples, as far as is known here.
    """
    if metric in ("accuracy", "token_accuracy"):
        pair: Callable[[Any, Any], tuple[int, ...]] = _right if metric == "token_accuracy" else lambda a, b: (a == b, 1)
        return Sample(_parts(gold, predicted, pair), ratio)
    if metric == "macro_f1":
        labels = {label: number for number, label in enumerate(sorted({*gold, *(x for row in predicted for x in row)}))}
        numbers = np.array([[labels[label] for label in row] for row in (gold, *predicted)], dtype=np.int64)
        return Sample(label_parts(numbers[0], numbers[1:], len(labels)), macro_f1)
    if metric == "entity_f1":
        return Sample(_parts(gold, predicted, _entity_counts), micro_f1)
    known = "accuracy, macro_f1, entity_f1 or token_accuracy"
    raise UserError(f"metric {metric!r} cannot be resampled", expected=known)


def _parts(
    gold: Sequence[Any], predicted: Sequence[Sequence[Any]], pair: Callable[[Any, Any], tuple[int, ...]]
) -> NDArray[np.float64]:
    return np.array([[pair(a, b) for a, b in zip(gold, row, strict=True)] for row in predicted], dtype=np.float64)


def _right(gold: Sequence[str], predicted: Sequence[str]) -> tuple[int, int]:
    return sum(a == b for a, b in zip(gold, predicted, strict=True)), len(gold)


def _entity_counts(gold: Sequence[str], predicted: Sequence[str]) -> tuple[int, int, int]:
    true, found = entities(gold), entities(predicted)
    return len(true & found), len(found), len(true)


def entities(tags: Sequence[str]) -> set[tuple[int, int, str]]:
    """(start, end, type) of the entities in strict IOB2: an `I-` that continues nothing belongs to no entity."""
    found: set[tuple[int, int, str]] = set()
    start, kind = 0, ""
    for position, tag in enumerate((*tags, "O")):
        if kind and tag != f"I-{kind}":
            found.add((start, position, kind))
            kind = ""
        if tag.startswith("B-"):
            start, kind = position, tag[2:]
    return found
