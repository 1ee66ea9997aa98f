"""A study as one picture: cells by quality, and against what they cost, trained, computed and forgot."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from maskzoo.reporting.style import COLOURS, GREY, MARKERS, logarithmic, new_figure, save, wrapped

# key of a cell, title of its panel, what the axis says, whether it is logarithmic
PANELS = (
    ("trained", "Trainable parameters", "numbers that are trained", True),
    ("flops", "Compute", "FLOPs", True),
    ("forgotten", "Forgetting", "nats a word lost on other text", False),
)


Cells = Sequence[Mapping[str, Any]]


def draw(found: Mapping[str, Any], cells: Cells, target: Path) -> None:
    """Write the picture of a study as SVG."""
    save(figure_of(found, cells), target)


def figure_of(found: Mapping[str, Any], cells: Cells) -> Any:
    """The picture as a matplotlib figure.

    Args:
        found: what study.json holds.
        cells: of it, the best first.

    By every measure the cells in their order, a row each, the reference as a line; then the first measure (all of them
    where nothing was pretrained) against what cells differ in of their cost. A panel in which all are alike, or that
    has no values, is left out.
    """
    measures = list(found["measures"])
    pretrained = "loss" in measures
    costs = [
        (measure, *panel)
        for measure in (measures[:1] if pretrained else measures)
        for panel in (PANELS if pretrained else PANELS[:1])
        if all(cell[panel[0]] is not None for cell in cells) and _differ([_place(cell[panel[0]])[0] for cell in cells])
    ]
    columns = len(measures) + len(costs)
    figure, drawn = new_figure(3.3 * columns + 1.2, max(3.2, 0.25 * len(cells) + 2.0), columns=columns)
    axes = np.atleast_1d(drawn)
    for measure, own in zip(measures, axes, strict=False):
        _rank(found, cells, measure, own, named=measure == measures[0])
    for (measure, key, title, label, log), own in zip(costs, axes[len(measures) :], strict=True):
        for place, cell in enumerate(cells):
            across, error = _place(cell[key])
            high, half = _place(cell["by"][measure])
            own.errorbar(across, high, xerr=error, yerr=half, **_look(place))
        own.set(title=title, xlabel=label, ylabel=_name(found, measure))
        values = [_place(cell[key])[0] for cell in cells]
        if log and _apart(values):
            logarithmic(own.xaxis, min(values) / 1.5, max(values) * 1.5)
        else:
            own.locator_params(axis="x", nbins=4)
            own.xaxis.set_major_formatter(lambda value, _: f"{value:.3g}".replace("e+", "e"))
        own.grid()
    return figure


def _rank(found: Mapping[str, Any], cells: Cells, measure: str, own: Any, *, named: bool) -> None:
    """A measure of all cells, the first on top, with the marks that they have in the other panels."""
    for place, cell in enumerate(cells):
        across, error = _place(cell["by"][measure])
        own.errorbar(across, place, xerr=error, **_look(place))
        if cell["cell"] == found["reference"]:
            own.axvline(across, color=GREY, linewidth=0.8, linestyle=":", zorder=0)
    own.set_yticks(range(len(cells)), [wrapped(cell["cell"], 30) for cell in cells] if named else [""] * len(cells))
    own.set(title="Cells" if len(found["measures"]) == 1 else measure, xlabel=_name(found, measure))
    own.invert_yaxis()
    own.grid(axis="x")
    own.locator_params(axis="x", nbins=4)
    own.tick_params(axis="y", length=0)


def _look(place: int) -> dict[str, Any]:
    """Colour and mark of the cell at a place in the order."""
    mark = {"color": COLOURS[place % len(COLOURS)], "marker": MARKERS[place % len(MARKERS)]}
    return {**mark, "markersize": 6, "linewidth": 1.0, "linestyle": "none"}


def _name(found: Mapping[str, Any], measure: str) -> str:
    if measure == "loss":
        return "loss under the frozen mask (nats)"
    named = found["measures"][measure]
    return wrapped(str(named["title"]), 40) + "\n(lower is better)" * bool(named["lower_is_better"])


def _place(value: Any) -> tuple[float, float]:
    return (value["mean"], _half(value)) if isinstance(value, Mapping) else (float(value), 0.0)


def _half(value: Mapping[str, Any]) -> float:
    return 0.0 if value["interval"] is None else (value["interval"][1] - value["interval"][0]) / 2


def _differ(values: Sequence[float]) -> bool:
    """Whether they do by more than a budget is missed by, which ends at a whole step."""
    return max(values) > 1.05 * min(values) or min(values) < 0


def _apart(values: list[float]) -> bool:
    """Whether they differ by so much that only a logarithm shows them."""
    return max(values) > 3 * max(min(values), 1e-9)
