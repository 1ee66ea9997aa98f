"""The comparison as a dot plot: a panel a task, a line a model, its mean and interval, coloured by role."""

from collections.abc import Mapping
from math import ceil
from pathlib import Path
from typing import Any

from maskzoo.evaluation.comparison import ROLES, TITLES
from maskzoo.evaluation.comparison_table import METRICS
from maskzoo.figures import COLOURS, new_figure, save

COLOUR_OF = {"baseline": "#666666", "base": COLOURS[0], "scratch": COLOURS[4], "adapted": COLOURS[1]}
MARKER_OF = {"baseline": "s", "base": "o", "scratch": "^", "adapted": "D"}
COLUMNS = 2
WIDE = 20  # ratio of values from which a log scale has enough ticks


def draw(comparison: Mapping[str, Any], path: Path) -> None:
    """Write the picture of a comparison (see `comparison.compared`) as SVG."""
    panels: list[tuple[str, str, Mapping[str, Any], bool]] = [
        (task["title"], METRICS.get(task["metric"], task["metric"]), task, False)
        for task in comparison["tasks"].values()
    ]
    scored = comparison["pseudo_perplexity"]
    if scored["models"]:
        values = [end for model in scored["models"] for end in model["interval"]]
        wide = max(values) > WIDE * min(values)
        label = "per word, log scale (lower is better)" if wide else "per word (lower is better)"
        panels.append(("Pseudo-perplexity", label, scored, wide))
    names = lines(comparison)
    columns = min(COLUMNS, max(len(panels), 1))
    rows = max(1, ceil(len(panels) / columns))
    figure, _ = new_figure(1.6 + 3.4 * columns, rows * (1.2 + 0.28 * max(len(names), 3)) + 0.4)
    figure.clf()
    grid = figure.subplots(rows, columns, sharey=True, squeeze=False)
    for axes, (title, label, panel, logarithmic) in zip(grid.flat, panels, strict=False):
        _panel(axes, title, label, panel, names, logarithmic)
    for axes in list(grid.flat)[len(panels) :]:
        axes.set_visible(False)
    grid[0][0].set_yticks(range(len(names)), [TITLES.get(name, name) for name, _ in names])
    grid[0][0].set_ylim(len(names) - 0.4, -0.6)
    present = [role for role in ROLES if any(role == own for _, own in names)]
    handles = [
        grid[0][0].plot([], [], MARKER_OF[role], color=COLOUR_OF[role], label=role, markersize=6)[0] for role in present
    ]
    if handles:
        figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), frameon=False)
    save(figure, path)


def lines(comparison: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(name, role) of every model of every panel, in one order: by role, then as the comparison lists them."""
    found = dict.fromkeys(
        (model["name"], model["role"])
        for panel in (*comparison["tasks"].values(), comparison["pseudo_perplexity"])
        for model in panel["models"]
    )
    return sorted(found, key=lambda line: ROLES.index(line[1]))


def _panel(
    axes: Any, title: str, label: str, panel: Mapping[str, Any], names: list[tuple[str, str]], logarithmic: bool
) -> None:
    by_name = {model["name"]: model for model in panel["models"]}
    without = {model["name"]: model["reason"] for model in panel.get("without", ())}
    for height, (name, role) in enumerate(names):
        if name not in by_name:
            if name in without:
                axes.text(0.02, height, without[name].split(":")[0], transform=axes.get_yaxis_transform(), **_NOTE)
            continue
        model = by_name[name]
        low, high = model["interval"]
        axes.plot([low, high], [height, height], color=COLOUR_OF[role], linewidth=2, solid_capstyle="round", alpha=0.6)
        axes.plot(model["mean"], height, MARKER_OF[role], color=COLOUR_OF[role], markersize=6)
    if logarithmic:
        from matplotlib.ticker import LogLocator, NullFormatter, ScalarFormatter

        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.xaxis.set_major_formatter(ScalarFormatter())
        axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_title(title, fontsize=10, loc="left")
    axes.set_xlabel(label)
    axes.grid(axis="x", alpha=0.3, linewidth=0.6)
    axes.tick_params(axis="y", length=0)


_NOTE = {"fontsize": 8, "color": "#666666", "va": "center", "style": "italic"}
