"""Intervals and paired tests by bootstrap over examples and seeds, on arrays.

A resample of the examples is a row of weights. Most metrics are functions of sums over examples (true positives,
predictions, gold items ...), so that a thousand resamples are one matrix product; those that rank examples bring their
own way to be computed under weights (see `maskzoo.tasks.metrics`).

Sources: Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapters 13 and 16; Berg-Kirkpatrick, Burkett &
Klein (2012), An Empirical Investigation of Statistical Significance in NLP; Holm (1979).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Statistic = Callable[[Floats], Floats]  # sums (..., parts) -> value (...)
BLOCK = 4_000_000  # weights held in memory at once


class Resampled(Protocol):
    """One model's results on a test set, that can be weighted."""

    @property
    def values(self) -> Floats:
        """The metric of every seed on the whole test set, (seeds,)."""

    @property
    def examples(self) -> int:
        """How many there are."""

    def under(self, weights: Floats) -> Floats:
        """The metric of every seed where example i counts `weights[:, i]` times: (resamples, examples) -> (resamples,
        seeds)."""


@dataclass(frozen=True, eq=False)
class Sample:
    """Results whose metric is a function of sums over examples.

    Attributes:
        parts: (seeds, examples, parts): what each example adds to the sums that the statistic needs.
        statistic: turns sums (..., parts) into values (...).
        groups: (examples,) the number of the group of each, where a resample draws groups first (cluster bootstrap,
            Davison & Hinkley 1997, section 3.8).
    """

    parts: Floats
    statistic: Statistic
    groups: NDArray[np.int64] | None = None

    @property
    def values(self) -> Floats:
        return self.statistic(self.parts.sum(axis=1))

    @property
    def examples(self) -> int:
        return int(self.parts.shape[1])

    def under(self, weights: Floats) -> Floats:
        return np.stack([self.statistic(weights @ parts) for parts in self.parts], axis=1)


@dataclass(frozen=True, eq=False)
class Clustered:
    """Results on examples that hang together, as sentences of a document do: a resample draws whole clusters.

    Examples of one document tell less than as many of several, so that an interval over single examples is too narrow
    (Davison & Hinkley 1997, section 3.8; Field & Welsh 2007, "Bootstrapping clustered data").

    Attributes:
        clusters: (examples,) numbers from 0.
    """

    sample: Resampled
    clusters: NDArray[np.int64]

    @property
    def values(self) -> Floats:
        return self.sample.values

    @property
    def examples(self) -> int:
        return self.sample.examples

    def under(self, weights: Floats) -> Floats:
        return self.sample.under(weights)


@dataclass(frozen=True)
class Difference:
    """What a model gains over another on the same examples."""

    value: float
    interval: tuple[float, float]
    p: float


def label_parts(gold: NDArray[np.int64], predicted: NDArray[np.int64], labels: int) -> Floats:
    """Per-example hits, predictions and gold items of every label.

    Args:
        gold: (examples,) label numbers.
        predicted: (seeds, examples) label numbers.

    Returns:
        (seeds, examples, 3 * labels): true positives, then predicted, then gold.
    """
    truth = np.broadcast_to(np.eye(labels)[gold], (*predicted.shape, labels))
    guess = np.eye(labels)[predicted]
    return np.concatenate([truth * guess, guess, truth], axis=-1)


def macro_f1(sums: Floats) -> Floats:
    """Mean F1 over the labels that occur in gold or predictions; (..., 3 * labels) -> (...)."""
    hits, guessed, true = np.split(sums, 3, axis=-1)
    occurring = guessed + true > 0
    f1 = np.divide(2 * hits, guessed + true, out=np.zeros_like(hits), where=occurring)
    return np.asarray(f1.sum(axis=-1) / np.maximum(occurring.sum(axis=-1), 1))


def micro_f1(sums: Floats) -> Floats:
    """F1 of pooled counts (hits, predicted, gold); (..., 3) -> (...). Zero when there is nothing to find."""
    hits, total = 2 * sums[..., 0], sums[..., 1] + sums[..., 2]
    return np.divide(hits, total, out=np.zeros_like(hits), where=total > 0)


def ratio(sums: Floats) -> Floats:
    """First sum over second (accuracy: correct over counted); (..., 2) -> (...)."""
    return np.divide(sums[..., 0], sums[..., 1], out=np.zeros_like(sums[..., 0]), where=sums[..., 1] > 0)


def perplexity(sums: Floats) -> Floats:
    """exp(-log-likelihood / units) of (log-likelihood, units); (..., 2) -> (...)."""
    return np.exp(-ratio(sums))


def surprisal(sums: Floats) -> Floats:
    """-log-likelihood / units, the logarithm of `perplexity`; (..., 2) -> (...)."""
    return -ratio(sums)


def interval(sample: Resampled, *, resamples: int = 1000, seed: int = 0, level: float = 0.95) -> tuple[float, float]:
    """Percentile interval of the mean over seeds, with examples and seeds resampled with replacement."""
    (drawn,) = _resampled([sample], resamples, seed)
    return _percentiles(drawn, level)


def paired(
    model: Resampled,
    reference: Resampled,
    *,
    same_seeds: bool,
    resamples: int = 1000,
    seed: int = 0,
    level: float = 0.95,
) -> Difference:
    """Difference of means with its interval, and the two-sided p-value of no difference.

    Both models see the same resampled examples. The p-value counts resamples whose difference, shifted to a mean of
    zero, is at least as large as the one seen; it cannot be less than 1 / (resamples + 1).

    Args:
        same_seeds: whether seed i of both belongs together, so that they are resampled together.
    """
    if model.examples != reference.examples:
        raise ValueError(f"{model.examples} and {reference.examples} examples cannot be paired")
    ours, theirs = _resampled([model, reference], resamples, seed, together=same_seeds)
    drawn = ours - theirs
    drawn = drawn[~np.isnan(drawn)]  # of a resample without a single value nothing can be said
    seen = float(model.values.mean() - reference.values.mean())
    # rounding noise must not decide whether a resample is as extreme as what was seen
    extreme = np.abs(drawn - seen) >= abs(seen) - 1e-12
    return Difference(seen, _percentiles(drawn, level), float((1 + extreme.sum()) / (1 + len(drawn))))


def holm(p: Sequence[float]) -> list[float]:
    """Holm's step-down adjustment of a family of p-values, in the order given."""
    order = sorted(range(len(p)), key=lambda i: p[i])
    adjusted, largest = [0.0] * len(p), 0.0
    for rank, i in enumerate(order):
        largest = max(largest, min(1.0, (len(p) - rank) * p[i]))
        adjusted[i] = largest
    return adjusted


_DRAWN: WeakKeyDictionary[Resampled, dict[tuple[int, int], Floats]] = WeakKeyDictionary()


def _resampled(samples: Sequence[Resampled], resamples: int, seed: int, *, together: bool = False) -> list[Floats]:
    """Means over resampled seeds on resampled examples, (resamples,) per sample; the same examples for all samples."""
    generator = np.random.default_rng(seed)
    examples = samples[0].examples
    block = max(1, min(resamples, BLOCK // max(examples, 1)))
    # the same resamples of examples come in every test of a sample, so that it is weighted once
    known = [_DRAWN.setdefault(sample, {}) for sample in samples]
    fresh = [place for place, drawn in enumerate(known) if (resamples, seed) not in drawn]
    per_seed: dict[int, list[Floats]] = {place: [] for place in fresh}
    for start in range(0, resamples, block):
        rows, clusters = min(block, resamples - start), getattr(samples[0], "clusters", None)
        if clusters is None:
            weights = _weights(generator, rows, examples, getattr(samples[0], "groups", None))
        else:
            weights = _weights(generator, rows, int(clusters.max()) + 1)[:, clusters]
        for place, held in per_seed.items():
            held.append(samples[place].under(weights))
    for place, held in per_seed.items():
        known[place][resamples, seed] = np.concatenate(held)
    shared = generator.random((resamples, max(len(sample.values) for sample in samples)))
    means = []
    for drawn, sample in zip(known, samples, strict=True):
        seeds = len(sample.values)
        draw = shared[:, :seeds] if together else generator.random((resamples, seeds))
        chosen = (draw * seeds).astype(np.int64)
        means.append(np.take_along_axis(drawn[resamples, seed], chosen, axis=1).mean(axis=1))
    return means


def _weights(
    generator: np.random.Generator, rows: int, examples: int, groups: NDArray[np.int64] | None = None
) -> Floats:
    """How often each example is drawn in each resample, (rows, examples)."""
    if groups is not None:
        numbers = np.unique(groups)
        times = _weights(generator, rows, len(numbers)).astype(np.int64)  # a group drawn twice is filled twice
        weights = np.zeros((rows, examples))
        for column, number in enumerate(numbers):
            (members,) = np.nonzero(groups == number)
            even = np.full(len(members), 1 / len(members))
            weights[:, members] = generator.multinomial(times[:, column] * len(members), even)
        return weights
    drawn = generator.integers(0, examples, size=(rows, examples)) + np.arange(rows)[:, None] * examples
    counts = np.bincount(drawn.ravel(), minlength=rows * examples)
    return counts.reshape(rows, examples).astype(np.float64)


def _percentiles(drawn: Floats, level: float) -> tuple[float, float]:
    low, high = np.quantile(drawn[~np.isnan(drawn)], [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
