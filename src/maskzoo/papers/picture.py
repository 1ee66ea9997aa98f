"""All claims in one picture: the paper's value against ours, one dot a claim, the diagonal where they are equal."""

from collections.abc import Iterable, Sequence
from math import log
from pathlib import Path
from typing import Any

from maskzoo.figures import COLOURS, new_figure, save
from maskzoo.papers.compared import Compared
from maskzoo.papers.rows import UNVERIFIED, Row
from maskzoo.papers.verdict import NOT_COMPARABLE

MARKERS = ("o", "s", "D", "^", "v", "P", "X")
LOOKS = tuple(zip(COLOURS, MARKERS, strict=False))  # yellow, the last colour, is hard to see on white
TITLES = ("scores (higher is better)", "errors, losses, perplexities (lower is better, log)")
TICKS = (0.001, 0.01, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 1000)
SMALLEST = 1e-3  # a logarithmic axis has no zero
GREY = "#666666"
# in points: a label's font, the width of one of its letters, its height, the side of a panel
FONT, LETTER, LINE, SIDE = 7.5, 4.1, 9.0, 275.0
PLACES = ((9, -3), (-9, -3), (9, 7), (-9, 7), (9, -13), (-9, -13), (9, 17), (9, -23))  # where a label may stand

Box = tuple[float, float, float, float]  # left, bottom, right, top
Pairs = Sequence[tuple[Compared, Row]]


def dots(found: Sequence[Compared]) -> tuple[Pairs, Pairs]:
    """(scores, errors): values of tables that both sides have, those where more and those where less is better."""
    pairs = [(one, row) for one in found for row in one.beside if row.kind == "value" and row.claimed is not None]
    lower = [one.paper.tasks[row.task].lower_is_better for one, row in pairs]
    return (
        [pair for pair, less in zip(pairs, lower, strict=True) if not less],
        [pair for pair, less in zip(pairs, lower, strict=True) if less],
    )


def draw(found: Sequence[Compared], path: Path) -> None:
    """Write the picture as SVG; equal data give equal bytes."""
    figure, axes = new_figure(9.5, 5.8, columns=2)
    panels = dots(found)
    drawn = list(dict.fromkeys(one.paper.slug for pairs in panels for one, _ in pairs))
    looks = {slug: LOOKS[index % len(LOOKS)] for index, slug in enumerate(drawn)}
    for panel, pairs, title in zip(axes, panels, TITLES, strict=True):
        logarithmic = panel is axes[1]
        ends = [end for one, row in pairs for end in _dot(panel, one, row, *looks[one.paper.slug])]
        low, high = _frame(panel, ends, title, logarithmic=logarithmic)
        _label(panel, pairs, low, high, logarithmic=logarithmic)
    handles = [
        *(_handle(axes[0], *looks[slug], slug) for slug in drawn),
        _handle(axes[0], GREY, "o", "compared"),
        _handle(axes[0], GREY, "o", "not comparable", filled=False),
        _handle(axes[0], GREY, "_", "unverified in the paper", filled=False),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=5, frameon=False, fontsize=9)
    save(figure, path)


def _place(one: Compared, row: Row) -> tuple[float, float]:
    """(paper, ours), shares of 1 where the paper has per cents."""
    assert row.claimed is not None, "claims without a figure have no place in the picture"
    assert row.ours is not None, "nor have those without ours"
    x, y = (max(value * _factor(one, row), SMALLEST) for value in (row.claimed, row.ours.mean))
    return x, y


def _factor(one: Compared, row: Row) -> float:
    return 0.01 if one.paper.tasks[row.task].percent else 1.0


def _dot(panel: Any, one: Compared, row: Row, colour: str, marker: str) -> list[float]:
    """Draw one claim; returns what the axes must hold."""
    x, y = _place(one, row)
    ends = [x, y]
    if row.ours is not None and row.ours.low is not None and row.ours.high is not None:
        interval = [max(end * _factor(one, row), SMALLEST) for end in (row.ours.low, row.ours.high)]
        panel.plot([x, x], interval, color=colour, linewidth=1.2, alpha=0.5, solid_capstyle="round")
        ends += interval
    filled = row.verdict.word != NOT_COMPARABLE
    panel.plot(x, y, marker, color=colour, markersize=7, fillstyle="full" if filled else "none", markeredgewidth=1.4)
    if row.known == UNVERIFIED:
        panel.plot(x, y, "_", color=colour, markersize=16, markeredgewidth=1)
    return ends


def _frame(panel: Any, ends: Sequence[float], title: str, *, logarithmic: bool) -> tuple[float, float]:
    """Axes, grid and diagonal; returns the ends of both axes."""
    low, high = (
        (min(ends) / 1.4, max(ends) * 1.6) if logarithmic and ends else (0.1, 10.0) if logarithmic else (0, 1.05)
    )
    panel.plot([low, high], [low, high], color="#999999", linewidth=0.9, zorder=0)
    if logarithmic:
        panel.set_xscale("log")
        panel.set_yscale("log")
        for axis in (panel.xaxis, panel.yaxis):
            axis.set_ticks([tick for tick in TICKS if low <= tick <= high])
            axis.set_major_formatter(lambda value, _: f"{value:g}")
        panel.minorticks_off()
    panel.set(xlim=(low, high), ylim=(low, high), xlabel="paper", ylabel="ours, with its 95 % interval")
    panel.set_aspect("equal", adjustable="box")
    panel.grid(alpha=0.3, linewidth=0.6)
    panel.set_title(title, fontsize=10)
    return low, high


def _label(panel: Any, pairs: Pairs, low: float, high: float, *, logarithmic: bool) -> None:
    """Name every dot by its task, beside it where no other label or dot is in the way."""

    def points(value: float) -> float:
        share = log(value / low) / log(high / low) if logarithmic else (value - low) / (high - low)
        return SIDE * share

    places = [_place(one, row) for one, row in pairs]
    centres = [(points(x), points(y)) for x, y in places]
    taken: list[Box] = [(x - 4, y - 4, x + 4, y + 4) for x, y in centres]
    for (_, row), place, (x, y) in zip(pairs, places, centres, strict=True):
        text = row.task.replace("_", " ")
        boxes = [_box(x + right, y + up, len(text) * LETTER, left=right < 0) for right, up in PLACES]
        best = min(range(len(boxes)), key=lambda index: (_cost(boxes[index], taken), index))
        taken.append(boxes[best])
        right, up = PLACES[best]
        panel.annotate(
            text,
            place,
            xytext=(right, up),
            textcoords="offset points",
            ha="left" if right > 0 else "right",
            fontsize=FONT,
            color="#333333",
        )


def _box(x: float, y: float, width: float, *, left: bool) -> Box:
    """Where a label stands that begins, or with `left` ends, at a point."""
    return (x - width if left else x, y, x if left else x + width, y + LINE)


def _cost(box: Box, taken: Iterable[Box]) -> float:
    """The area that a label shares with others and with dots, and what of it lies outside the panel."""
    outside = LINE * (max(0.0, -box[0]) + max(0.0, box[2] - SIDE))
    return outside + sum(
        max(0.0, min(box[2], other[2]) - max(box[0], other[0]))
        * max(0.0, min(box[3], other[3]) - max(box[1], other[1]))
        for other in taken
    )


def _handle(panel: Any, colour: str, marker: str, label: str, *, filled: bool = True) -> Any:
    style = "full" if filled else "none"
    (handle,) = panel.plot([], [], marker, color=colour, markersize=7, fillstyle=style, label=label, linestyle="none")
    return handle
