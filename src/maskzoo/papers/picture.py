"""All claims in one picture: the paper's value against ours, one dot a claim, the diagonal where they are equal."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from maskzoo.figures import COLOURS, new_figure, save
from maskzoo.papers.compared import Compared
from maskzoo.papers.rows import UNVERIFIED, Row
from maskzoo.papers.verdict import NOT_COMPARABLE

MARKERS = ("o", "s", "D", "^", "v", "P", "X", "p")
FAR = 0.85  # scores beyond it have their label on the left, within the panel
SMALLEST = 1e-3  # a logarithmic axis has no zero


def dots(found: Sequence[Compared]) -> tuple[list[tuple[Compared, Row]], list[tuple[Compared, Row]]]:
    """(scores, errors): values of tables that both sides have, those where more and those where less is better."""
    pairs = [(one, row) for one in found for row in one.beside if row.kind == "value" and row.claimed is not None]
    lower = {id(row): one.paper.tasks[row.task].lower_is_better for one, row in pairs}
    return [pair for pair in pairs if not lower[id(pair[1])]], [pair for pair in pairs if lower[id(pair[1])]]


def draw(found: Sequence[Compared], path: Path) -> None:
    """Write the picture as SVG; equal data give equal bytes."""
    figure, axes = new_figure(9.5, 5.2, columns=2)
    colour = {one.paper.slug: COLOURS[index % len(COLOURS)] for index, one in enumerate(found)}
    marker = {one.paper.slug: MARKERS[index % len(MARKERS)] for index, one in enumerate(found)}
    shown: set[str] = set()
    for panel, pairs, title in zip(
        axes,
        dots(found),
        ("scores (higher is better)", "errors, losses, perplexities (lower is better, log)"),
        strict=True,
    ):
        logarithmic = panel is axes[1]
        ends = []
        for one, row in pairs:
            factor = 0.01 if one.paper.tasks[row.task].percent else 1.0
            ends += _dot(panel, one, row, factor, colour[one.paper.slug], marker[one.paper.slug], shown)
        _frame(panel, ends, title, logarithmic=logarithmic)
    handles = [
        _handle(axes[0], colour[slug], marker[slug], slug)
        for slug in (one.paper.slug for one in found)
        if slug in shown
    ]
    handles += [
        _handle(axes[0], "#666666", "o", "compared"),
        _handle(axes[0], "#666666", "o", "not comparable", filled=False),
        _handle(axes[0], "#666666", "_", "unverified in the paper", filled=False),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=5, frameon=False, fontsize=9)
    save(figure, path)


def _dot(panel: Any, one: Compared, row: Row, factor: float, colour: str, marker: str, shown: set[str]) -> list[float]:
    """Draw one claim; returns what the axes must hold."""
    assert row.claimed is not None, "claims without a figure have no place in the picture"
    assert row.ours is not None, "nor have those without ours"
    x, y = (max(value * factor, SMALLEST) for value in (row.claimed, row.ours.mean))
    ends = [x, y]
    if row.ours.low is not None and row.ours.high is not None:
        interval = [max(end * factor, SMALLEST) for end in (row.ours.low, row.ours.high)]
        panel.plot([x, x], interval, color=colour, linewidth=1.2, alpha=0.5, solid_capstyle="round")
        ends += interval
    filled = row.verdict.word != NOT_COMPARABLE
    panel.plot(x, y, marker, color=colour, markersize=7, fillstyle="full" if filled else "none", markeredgewidth=1.4)
    if row.known == UNVERIFIED:
        panel.plot(x, y, "_", color=colour, markersize=16, markeredgewidth=1)
    shown.add(one.paper.slug)
    label = f"{row.task}".replace("_", " ")
    left = x > FAR and not one.paper.tasks[row.task].lower_is_better
    panel.annotate(
        label,
        (x, y),
        xytext=(-8 if left else 8, 3),
        textcoords="offset points",
        ha="right" if left else "left",
        fontsize=7.5,
        color="#333333",
    )
    return ends


def _frame(panel: Any, ends: Sequence[float], title: str, *, logarithmic: bool) -> None:
    low, high = (min(ends) / 1.4, max(ends) * 1.6) if logarithmic and ends else (0.0, 1.05)
    if logarithmic and not ends:
        low, high = 0.1, 10.0
    panel.plot([low, high], [low, high], color="#999999", linewidth=0.9, zorder=0)
    if logarithmic:
        panel.set_xscale("log")
        panel.set_yscale("log")
        ticks = [tick for tick in (0.001, 0.01, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 1000) if low <= tick <= high]
        for axis in (panel.xaxis, panel.yaxis):
            axis.set_ticks(ticks)
            axis.set_major_formatter(lambda value, _: f"{value:g}")
        panel.minorticks_off()
    panel.set_xlim(low, high)
    panel.set_ylim(low, high)
    panel.set_aspect("equal", adjustable="box")
    panel.grid(alpha=0.3, linewidth=0.6)
    panel.set_title(title, fontsize=10)
    panel.set_xlabel("paper")
    panel.set_ylabel("ours, with its 95 % interval")


def _handle(panel: Any, colour: str, marker: str, label: str, *, filled: bool = True) -> Any:
    (handle,) = panel.plot(
        [],
        [],
        marker,
        color=colour,
        markersize=7,
        fillstyle="full" if filled else "none",
        label=label,
        linestyle="none",
    )
    return handle
