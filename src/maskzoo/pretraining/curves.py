"""Loss curves: training loss as a thin line, validation loss under the frozen mask as a bold one with its points."""

from pathlib import Path
from typing import Any

import numpy as np

from maskzoo.figures import COLOURS, new_figure, save


def draw(runs: dict[tuple[str, int], list[dict[str, Any]]], titles: dict[str, str], target: Path) -> None:
    """Write the picture.

    Args:
        runs: (variant, seed) -> lines of its metrics file. Seeds of one variant share its colour.
        titles: variant -> what the legend says.
        target: an SVG.
    """
    figure, (left, right) = new_figure(9.0, 3.8, columns=2)
    variants = list(dict.fromkeys(variant for variant, _ in runs))
    named = set()
    for (variant, _), lines in runs.items():
        place = variants.index(variant)
        colour = COLOURS[place % len(COLOURS)]
        label = None if variant in named else titles.get(variant, variant)
        named.add(variant)
        training = [(line["step"], line["loss"]) for line in lines if "loss" in line]
        if training:
            steps, losses = np.asarray(training, dtype=float).T
            left.plot(steps, losses, color=colour, linewidth=0.5, alpha=0.3)
            left.plot(steps, smoothed(losses), color=colour, linewidth=1.5, label=label)
        validation = [(line["step"], line["validation_loss"]) for line in lines if "validation_loss" in line]
        if validation:
            steps, losses = np.asarray(validation, dtype=float).T
            right.plot(steps, losses, color=colour, linewidth=1.5, marker="osD^v<>p"[place % 8], markersize=4)
    left.set(title="Training", xlabel="optimiser step", ylabel="loss (nats per hidden token)")
    right.set(title="Validation (frozen mask)", xlabel="optimiser step")
    right.sharey(left)
    left.autoscale(axis="y")
    for axes in (left, right):
        axes.grid(axis="y", linewidth=0.4, alpha=0.5)
        axes.set_xlim(left=0)
    figure.legend(
        *left.get_legend_handles_labels(), loc="outside lower center", ncols=min(4, len(variants)), frameon=False
    )
    save(figure, target)


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
