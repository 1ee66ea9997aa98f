"""A study as one picture: quality against what it cost, in trained numbers, in compute, and in what was forgotten."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from maskzoo.figures import COLOURS, new_figure, save
from maskzoo.studies.table import ranked

MARKERS = "osD^v<>pP*Xh"
# key of a cell, title of its panel, what the axis says, whether it is logarithmic
PANELS = (
    ("trained", "Trainable parameters", "numbers that are trained", True),
    ("flops", "Compute", "FLOPs", True),
    ("forgotten", "Forgetting", "nats a word lost on other text", False),
)


def draw(found: Mapping[str, Any], target: Path) -> None:
    """Write the picture of what `maskzoo.studies.table.outcome` returns; a panel without values is left out.

    Cells that were not pretrained are shown by every task against the numbers that are trained.
    """
    cells = ranked(found)
    panels = [
        (measure, *panel)
        for measure in list(found["measures"])[: 1 if "loss" in found["measures"] else None]
        for panel in (PANELS if measure == "loss" else PANELS[:1])
        if all(cell[panel[0]] is not None for cell in cells)
    ]
    figure, drawn = new_figure(3.4 * len(panels) + 1.0, 3.8, columns=len(panels))
    axes = np.atleast_1d(drawn)
    for (measure, key, title, label, logarithmic), own in zip(panels, axes, strict=True):
        for place, cell in enumerate(cells):
            across, error = _place(cell[key])
            own.errorbar(
                across,
                cell["by"][measure]["mean"],
                xerr=error,
                yerr=_half(cell["by"][measure]),
                color=COLOURS[place % len(COLOURS)],
                marker=MARKERS[place % len(MARKERS)],
                markersize=6,
                linewidth=1.0,
                linestyle="none",
                label=cell["cell"],
            )
        own.set(title=title, xlabel=label, ylabel=_name(found, measure) if key == PANELS[0][0] else None)
        if logarithmic and _apart([cell[key] for cell in cells]):
            own.set_xscale("log")
        own.grid(linewidth=0.4, alpha=0.5)
    figure.legend(
        *axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=min(4, len(cells)), frameon=False
    )
    save(figure, target)


def _name(found: Mapping[str, Any], measure: str) -> str:
    if measure == "loss":
        return "loss under the frozen mask (nats)"
    named = found["measures"][measure]
    return str(named["title"]) + "\n(lower is better)" * bool(named["lower_is_better"])


def _place(value: Any) -> tuple[float, float]:
    return (value["mean"], _half(value)) if isinstance(value, Mapping) else (float(value), 0.0)


def _half(value: Mapping[str, Any]) -> float:
    return 0.0 if value["interval"] is None else (value["interval"][1] - value["interval"][0]) / 2


def _apart(values: list[float]) -> bool:
    """Whether they differ by so much that only a logarithm shows them."""
    return max(values) > 3 * max(min(values), 1e-9)
