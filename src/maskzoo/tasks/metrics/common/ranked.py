"""Metrics that rank examples, column by column, under weights: what resampling asks of ROC-AUC and its kin.

Ranks change with every resample, but not the order of the examples: they are sorted once, and each resample is a
cumulated sum of weights along that order. An example drawn twice counts as two tied ones, so that the value under
weights is exactly that of the resampled examples.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
NEAR = 30_000  # weights at a time: what stays near the processor


class Weighted(Protocol):
    """A metric of one column, ready for weights."""

    def __call__(self, weights: Floats) -> Floats:
        """(resamples, examples with a gold value) -> (resamples,), NaN where it is not defined."""


# gold and predicted values of the examples with a gold value, both (examples,) -> the metric under weights
Prepare = Callable[[Floats, Floats], Weighted]


def as_columns(values: Any) -> Floats:
    """Rows of numbers (None for missing) as a float matrix (examples, columns)."""
    return np.asarray(values, dtype=np.float64).reshape(len(values), -1)


def is_defined(gold: Any, predicted: Any, prepare: Prepare) -> bool:
    """Whether the metric is defined in some column."""
    return not np.isnan(RankedSample.of(gold, [predicted], prepare, undefined=np.nan).values[0])


@dataclass(frozen=True, eq=False)
class RankedSample:
    """A metric that is a mean over columns, each of which ranks its examples.

    Attributes:
        examples: how many there are.
        columns: for every seed the columns: places of the examples with a gold value, and the metric on them.
        undefined: its value where no column defines it.
        broken: seeds that answered with something that is no number, which has no rank: their value is NaN.
    """

    examples: int
    columns: list[list[tuple[NDArray[np.intp], Weighted]]]
    undefined: float
    broken: tuple[int, ...] = ()
    cached: dict[str, Floats] = field(default_factory=dict)

    @classmethod
    def of(cls, gold: Any, predicted: Any, prepare: Prepare, *, undefined: float) -> "RankedSample":
        """From gold (examples, columns), NaN where missing, and predicted (seeds, examples, columns)."""
        true = as_columns(gold)
        seeds, broken = [], []
        for number, rows in enumerate(predicted):
            guess = as_columns(rows)
            if guess.shape != true.shape:
                raise ValueError(f"references {true.shape} and predictions {guess.shape} differ in length")
            if np.isnan(guess[~np.isnan(true)]).any():
                broken.append(number)
            known = [np.flatnonzero(~np.isnan(column)) for column in true.T]
            seeds.append(
                [(places, prepare(true[places, n], guess[places, n])) for n, places in enumerate(known) if len(places)]
            )
        return cls(len(true), seeds, undefined, tuple(broken))

    @property
    def values(self) -> Floats:
        """The metric of every seed, (seeds,)."""
        if "values" not in self.cached:
            self.cached["values"] = self.under(np.ones((1, self.examples)))[0]
        return self.cached["values"]

    def under(self, weights: Floats) -> Floats:
        """(resamples, examples) -> (resamples, seeds)."""
        rows = max(1, NEAR // max(self.examples, 1))
        blocks = [weights[start : start + rows] for start in range(0, len(weights), rows)]
        return np.concatenate([self._block(block) for block in blocks])

    def _block(self, weights: Floats) -> Floats:
        found = np.full((len(weights), len(self.columns)), self.undefined)
        for seed, columns in enumerate(self.columns):
            total, count = np.zeros(len(weights)), np.zeros(len(weights))
            for places, metric in columns:
                value = metric(weights if len(places) == self.examples else weights[:, places])
                defined = ~np.isnan(value)
                total += np.where(defined, value, 0.0)
                count += defined
            np.divide(total, count, out=found[:, seed], where=count > 0)
        found[:, self.broken] = np.nan
        return found


class Ties:
    """Examples in ascending order of a value, equal ones together."""

    def __init__(self, values: Floats) -> None:
        self.order = np.argsort(values, kind="stable")
        ordered = values[self.order]
        self.starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
        self.distinct = len(self.starts) == len(values)
        # the group of every example, in the examples' own order
        self.group = np.empty(len(values), dtype=np.intp)
        self.group[self.order] = np.repeat(
            np.arange(len(self.starts)), np.diff(np.concatenate([self.starts, [len(values)]]))
        )

    def sums(self, weights: Floats) -> Floats:
        """Weights (resamples, examples) summed in every group of equals, ascending: (resamples, groups)."""
        ordered = weights[:, self.order]
        return ordered if self.distinct else np.asarray(np.add.reduceat(ordered, self.starts, axis=1))
