"""Loss curves: training loss as a thin line, validation loss under the frozen mask as a bold one with its points."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from maskzoo.reporting.style import colours_of, handle, legend_below, new_figure, save

MARKS = "osD^v<>pPXh"
Runs = Mapping[tuple[str, int], Sequence[Mapping[str, Any]]]


def draw(runs: Runs, models: Sequence[tuple[str, str]], titles: Mapping[str, str], target: Path) -> None:
    """Write the picture as SVG.

    Args:
        runs: (variant, seed) -> lines of its metrics file. Seeds of one variant share its colour.
        models: (name, role) of everything that is compared, so that a variant has its colour of the comparison.
        titles: variant -> what the legend says.
    """
    save(figure_of(runs, models, titles), target)


def figure_of(runs: Runs, models: Sequence[tuple[str, str]], titles: Mapping[str, str]) -> Any:
    """The picture as a matplotlib figure: training beside validation, with one axis of losses."""
    figure, (left, right) = new_figure(9.0, 3.8, columns=2)
    colours = colours_of(models)
    shown: list[str] = []
    for (variant, _), lines in runs.items():
        colour, mark = colours[variant], MARKS[list(colours).index(variant) % len(MARKS)]
        training = _points(lines, "loss")
        if len(training):
            left.plot(*training.T, color=colour, linewidth=0.5, alpha=0.35)
            left.plot(training[:, 0], smoothed(training[:, 1]), color=colour, linewidth=1.6)
        validation = _points(lines, "validation_loss")
        if len(validation) > 1:  # untrained weights have a single point
            right.plot(*validation.T, color=colour, linewidth=1.6, marker=mark, markersize=4)
        if variant not in shown and (len(training) or len(validation) > 1):
            shown.append(variant)
    left.set(title="Training", xlabel="optimiser step", ylabel="loss (nats per masked token)")
    right.set(title="Validation (frozen mask)", xlabel="optimiser step")
    right.sharey(left)
    left.autoscale(axis="y")
    for axes in (left, right):
        axes.grid(axis="y")
        axes.set_xlim(left=0)
        axes.locator_params(axis="x", nbins=6)
    legend_below(
        figure,
        [
            handle(
                left,
                colours[name],
                MARKS[list(colours).index(name) % len(MARKS)],
                titles.get(name, name),
                line=True,
            )
            for name in shown
        ],
        columns=4,
    )
    return figure


def _points(lines: Sequence[Mapping[str, Any]], key: str) -> np.ndarray:
    """(step, value) of the lines that have the value, float64 `(points, 2)`."""
    found = [(line["step"], line[key]) for line in lines if key in line]
    return np.asarray(found, dtype=float).reshape(-1, 2)


def smoothed(values: np.ndarray) -> np.ndarray:
    """Exponential moving average over about a thirtieth of the curve, so that short runs are shown as they are.

    Without the bias of its start (Kingma & Ba 2015, section 3); same shape as what goes in.
    """
    weight = max(0.0, 1 - 30 / len(values))
    means, mean = np.empty_like(values), 0.0
    for index, value in enumerate(values):
        mean = weight * mean + (1 - weight) * value
        means[index] = mean / (1 - weight ** (index + 1))
    return means
