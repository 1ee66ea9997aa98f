"""The comparison as a dot plot: a panel a task, a line a model, its mean and interval, coloured by role."""

from collections.abc import Mapping
from math import ceil
from pathlib import Path
from textwrap import fill
from typing import Any

from maskzoo.comparison.compare import ROLES
from maskzoo.comparison.table import metric_title
from maskzoo.figures import COLOURS, new_figure, save
from maskzoo.tasks import baselines

COLOUR_OF = {
    "baseline": "#666666",
    "base": COLOURS[0],
    "scratch": COLOURS[4],
    "random": COLOURS[3],
    "adapted": COLOURS[1],
}
MARKER_OF = {"baseline": "s", "base": "o", "scratch": "^", "random": "x", "adapted": "D"}
COLUMNS = 2
TITLE_WIDTH = 34  # characters that stand above the narrowest panel
LINE, AROUND = 0.3, 1.0  # inches: of a model, and of a panel's title and axis together
WIDE, DECADES = 20, 1000  # ratios of values from which a log scale has ticks at 1, 2, 5, and at powers of ten only


def draw(comparison: Mapping[str, Any], path: Path) -> None:
    """Write the picture of a comparison (see `comparison.compared`) as SVG."""
    panels: list[tuple[str, str, Mapping[str, Any], float]] = [
        (task["title"], metric_title(task) + " (lower is better)" * bool(task.get("lower_is_better")), task, 1.0)
        for task in comparison["tasks"].values()
    ]
    scored = comparison["pseudo_perplexity"]
    if scored["models"]:
        values = [end for model in scored["models"] for end in model["interval"]]
        ratio = max(values) / min(values)
        unit = scored.get("unit", "word")
        label = f"per {unit}, log scale (lower is better)" if ratio > WIDE else f"per {unit} (lower is better)"
        panels.append(("Pseudo-perplexity", label, scored, ratio))
    panels += [
        (panel["title"], panel["measure"] + " (lower is better)" * (panel["direction"] == "lower"), panel, 1.0)
        for panel in comparison.get("probes", {}).values()
        if panel["models"]
    ]
    columns = min(COLUMNS, max(len(panels), 1))
    rows = max(1, ceil(len(panels) / columns))
    heights = [
        max((len(lines(panel)) for _, _, panel, _ in panels[row * columns : (row + 1) * columns]), default=1)
        for row in range(rows)
    ]
    figure, _ = new_figure(5.2 * columns, sum(LINE * height + AROUND for height in heights) + 0.4)
    figure.clf()
    figure.get_layout_engine().set(w_pad=0.1, h_pad=0.1)
    ratios = [LINE * height + AROUND / 4 for height in heights]
    grid = figure.subplots(rows, columns, squeeze=False, gridspec_kw={"height_ratios": ratios})
    for axes, (title, label, panel, ratio) in zip(grid.flat, panels, strict=False):
        _panel(axes, title, label, panel, ratio)
    for axes in list(grid.flat)[len(panels) :]:
        axes.set_visible(False)
    roles = {role for _, _, panel, _ in panels for _, role in lines(panel)}
    handles = [
        grid[0][0].plot([], [], MARKER_OF[role], color=COLOUR_OF[role], label=role, markersize=6)[0]
        for role in ROLES
        if role in roles
    ]
    if handles:
        figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), frameon=False)
    save(figure, path)


def lines(panel: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(name, role) of every model of a panel, also of those without a value: by role, then as the panel lists them."""
    found = [(model["name"], model["role"]) for model in (*panel["models"], *panel.get("without", ()))]
    return sorted(found, key=lambda line: ROLES.index(line[1]))


def _panel(axes: Any, title: str, label: str, panel: Mapping[str, Any], ratio: float) -> None:
    """One panel; `ratio` of the largest to the smallest value decides its scale."""
    by_name = {model["name"]: model for model in panel["models"]}
    without = {model["name"]: model["reason"] for model in panel.get("without", ())}
    names = lines(panel)
    for height, (name, role) in enumerate(names):
        if name in without:
            axes.text(0.02, height, without[name].split(":")[0], transform=axes.get_yaxis_transform(), **_NOTE)
            continue
        model = by_name[name]
        low, high = model["interval"]
        axes.plot([low, high], [height, height], color=COLOUR_OF[role], linewidth=2, solid_capstyle="round", alpha=0.6)
        axes.plot(model["mean"], height, MARKER_OF[role], color=COLOUR_OF[role], markersize=6)
    if ratio > WIDE:
        from matplotlib.ticker import LogFormatterSciNotation, LogLocator, NullFormatter, NullLocator, ScalarFormatter

        few = ratio > DECADES
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1,) if few else (1, 2, 5), numticks=7 if few else 12))
        axes.xaxis.set_major_formatter(LogFormatterSciNotation() if few else ScalarFormatter())
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_yticks(range(len(names)), [baselines.title_of(name) or name for name, _ in names])
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_title(fill(title, TITLE_WIDTH), fontsize=10, loc="left")
    axes.set_xlabel(label)
    axes.grid(axis="x", alpha=0.3, linewidth=0.6)
    axes.tick_params(axis="y", length=0)


_NOTE = {"fontsize": 8, "color": "#666666", "va": "center", "style": "italic"}
