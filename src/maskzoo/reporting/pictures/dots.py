"""Dots with intervals, a row a model, a panel a measure: comparisons, and what else ranks by a number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from maskzoo.reporting.numbers import number
from maskzoo.reporting.style import (
    COLOUR_OF,
    GREY,
    INK,
    MARKER_OF,
    SMALL,
    colours_of,
    handle,
    legend_below,
    logarithmic,
    new_figure,
    roles_in_order,
    save,
    wrapped,
)

COLUMNS = 2
WIDTH, LINE, AROUND = 4.9, 0.3, 1.05  # inches: of a panel, of a row, and of a panel's title and axis together
TITLE_WIDTH, NAME_WIDTH = 46, 30  # characters of a line
WIDE = 20  # the ratio of the largest to the smallest value from which an axis is logarithmic
REACH = 1e3  # what is worse than the best by more than this is only pointed at: nobody compares such perplexities


@dataclass(frozen=True)
class Dot:
    """One model in one panel.

    Attributes:
        title: what the axis says; the name itself where it is None.
        value: None where it has none; then `note` says why.
        marked: whether it is the one that the picture is about, such as a released model.
    """

    name: str
    role: str
    value: float | None
    interval: tuple[float, float] | None = None
    title: str | None = None
    note: str = ""
    marked: bool = False


@dataclass(frozen=True)
class Panel:
    """
    Attributes:
        axis: what is measured, and in which direction it is good.
        ratios: whether values are compared by their ratio, so that a wide range asks for a logarithmic axis.
    """

    title: str
    axis: str
    dots: Sequence[Dot]
    ratios: bool = False


def draw(panels: Sequence[Panel], path: Path) -> None:
    """Write the picture as SVG."""
    save(figure_of(panels), path)


def figure_of(panels: Sequence[Panel]) -> Any:
    """The picture as a matplotlib figure: panels in two columns, a colour a model, a mark a role."""
    columns = min(COLUMNS, max(len(panels), 1))
    rows = max(1, ceil(len(panels) / columns))
    titles = [wrapped(panel.title, TITLE_WIDTH) for panel in panels]
    heights = [
        max(
            (LINE * len(panel.dots) + 0.18 * title.count("\n") for panel, title in _row(panels, titles, row, columns)),
            default=LINE,
        )
        for row in range(rows)
    ]
    figure, grid = new_figure(
        WIDTH * columns,
        sum(height + AROUND for height in heights) + 0.4,
        columns=columns,
        rows=rows,
        squeeze=False,
        gridspec_kw={"height_ratios": [height + AROUND / 4 for height in heights]},
    )
    figure.get_layout_engine().set(w_pad=0.12, h_pad=0.1)
    roles = {dot.name: dot.role for panel in panels for dot in panel.dots}
    colours = colours_of(roles.items())
    for axes, panel, title in zip(grid.flat, panels, titles, strict=False):
        _panel(axes, panel, title, colours)
    for axes in list(grid.flat)[len(panels) :]:
        axes.set_visible(False)
    several = {role for role in roles.values() if role != "baseline" and list(roles.values()).count(role) > 1}
    handles = [
        handle(grid[0][0], INK if role in several else COLOUR_OF[role], MARKER_OF[role], role)
        for role in roles_in_order(roles)
    ]
    legend_below(figure, handles)
    return figure


def _row(panels: Sequence[Panel], titles: Sequence[str], row: int, columns: int) -> list[tuple[Panel, str]]:
    part = slice(row * columns, (row + 1) * columns)
    return list(zip(panels[part], titles[part], strict=True))


def _panel(axes: Any, panel: Panel, title: str, colours: Mapping[str, str]) -> None:
    low, high, log = _ends(panel)
    for height, dot in enumerate(panel.dots):
        if dot.value is None:
            axes.text(0.02, height, dot.note, transform=axes.get_yaxis_transform(), **_NOTE)
            continue
        colour = colours[dot.name]
        if dot.value <= high or not log:
            ends = [min(end, high) if log else end for end in dot.interval or (dot.value, dot.value)]
            axes.plot(ends, [height, height], color=colour, linewidth=2, solid_capstyle="round", alpha=0.5)
            axes.plot(dot.value, height, MARKER_OF[dot.role], color=colour, markersize=6.5)
        else:
            axes.plot(0.985, height, ">", transform=axes.get_yaxis_transform(), color=colour, markersize=6.5)
        axes.text(1.02, height, number(dot.value), transform=axes.get_yaxis_transform(), va="center", fontsize=SMALL)
    axis = panel.axis
    if log:
        logarithmic(axes.xaxis, low, high)
        beyond = any(dot.value is not None and dot.value > high for dot in panel.dots)
        axis += ", log scale" + (", arrows: off the scale" if beyond else "")
    else:
        axes.locator_params(axis="x", nbins=5)
    axes.set_yticks(
        range(len(panel.dots)), [wrapped(dot.title or dot.name, NAME_WIDTH) for dot in panel.dots], fontsize=9
    )
    for label, dot in zip(axes.get_yticklabels(), panel.dots, strict=True):
        label.set_fontweight("bold" if dot.marked else "normal")
    axes.set_ylim(len(panel.dots) - 0.4, -0.6)
    axes.set_title(title)
    axes.set_xlabel(wrapped(axis, TITLE_WIDTH))
    axes.grid(axis="x")
    axes.tick_params(axis="y", length=0)


def _ends(panel: Panel) -> tuple[float, float, bool]:
    """Where a logarithmic axis begins and ends, and whether the panel asks for one."""
    known = [dot for dot in panel.dots if dot.value is not None]
    values = [end for dot in known for end in (dot.value, *(dot.interval or ())) if end is not None and end > 0]
    if not panel.ratios or not values or max(values) / min(values) <= WIDE:
        return 0.0, 0.0, False
    best = min(dot.value for dot in known if dot.value)
    within = [end for dot in known if dot.value and dot.value <= best * REACH for end in (dot.interval or (dot.value,))]
    return min(within) / 1.3, min(max(within) * 1.3, 3 * best * REACH), True


_NOTE = {"fontsize": SMALL, "color": GREY, "va": "center", "style": "italic"}
