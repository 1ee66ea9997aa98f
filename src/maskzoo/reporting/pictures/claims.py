"""All claims in one picture: the paper's value against ours, one dot a claim, the diagonal where they are equal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log as ln
from pathlib import Path
from typing import Any

from maskzoo.reporting.style import COLOURS, GREY, INK, PALE, handle, legend_below, logarithmic, new_figure, save

MARKERS = ("o", "s", "D", "^", "v", "P", "X")
LOOKS = tuple(zip(COLOURS, MARKERS, strict=False))
TITLES = ("scores (higher is better)", "errors, losses, perplexities (lower is better, log)")
SMALLEST = 1e-3  # a logarithmic axis has no zero
# in points: a label's font, the width of one of its letters, its height, the side of a panel
FONT, LETTER, LINE, SIDE = 7.5, 4.1, 9.0, 275.0
PLACES = ((9, -3), (-9, -3), (9, 7), (-9, 7), (9, -13), (-9, -13), (9, 17), (9, -23))  # where a label may stand

Box = tuple[float, float, float, float]  # left, bottom, right, top


@dataclass(frozen=True)
class Claim:
    """A value of a paper with one of ours beside it, both as shares of 1 where the paper has per cents.

    Attributes:
        task: names the dot.
        interval: of ours.
        compared: whether the two can be compared; else the dot is hollow.
    """

    paper: str
    task: str
    claimed: float
    ours: float
    interval: tuple[float, float] | None = None
    compared: bool = True
    verified: bool = True

    @property
    def place(self) -> tuple[float, float]:
        """(paper, ours), where a logarithmic axis can show both."""
        return max(self.claimed, SMALLEST), max(self.ours, SMALLEST)


def draw(scores: Sequence[Claim], errors: Sequence[Claim], path: Path) -> None:
    """Write the picture as SVG; equal data give equal bytes."""
    save(figure_of(scores, errors), path)


def figure_of(scores: Sequence[Claim], errors: Sequence[Claim]) -> Any:
    """The picture as a matplotlib figure: where more is better beside where less is."""
    figure, axes = new_figure(9.5, 5.8, columns=2)
    papers = list(dict.fromkeys(claim.paper for claim in (*scores, *errors)))
    looks = {paper: LOOKS[index % len(LOOKS)] for index, paper in enumerate(papers)}
    for panel, claims, title in zip(axes, (scores, errors), TITLES, strict=True):
        log = panel is axes[1]
        ends = [end for claim in claims for end in _dot(panel, claim, *looks[claim.paper])]
        low, high = _frame(panel, ends, title, log=log)
        _label(panel, claims, low, high, log=log)
    handles = [
        *(handle(axes[0], *looks[paper], paper) for paper in papers),
        handle(axes[0], GREY, "o", "compared"),
        handle(axes[0], GREY, "o", "not comparable", filled=False),
        handle(axes[0], GREY, "_", "unverified in the paper", filled=False),
    ]
    legend_below(figure, handles, fontsize=9)
    return figure


def _dot(panel: Any, claim: Claim, colour: str, marker: str) -> list[float]:
    """Draw one claim; returns what the axes must hold."""
    x, y = claim.place
    ends = [x, y]
    if claim.interval is not None:
        interval = [max(end, SMALLEST) for end in claim.interval]
        panel.plot([x, x], interval, color=colour, linewidth=1.2, alpha=0.5, solid_capstyle="round")
        ends += interval
    filled = "full" if claim.compared else "none"
    panel.plot(x, y, marker, color=colour, markersize=7, fillstyle=filled, markeredgewidth=1.4)
    if not claim.verified:
        panel.plot(x, y, "_", color=colour, markersize=16, markeredgewidth=1)
    return ends


def _frame(panel: Any, ends: Sequence[float], title: str, *, log: bool) -> tuple[float, float]:
    """Axes, grid and diagonal; returns the ends of both axes."""
    low, high = (min(ends) / 1.4, max(ends) * 1.6) if log and ends else (0.1, 10.0) if log else (0, 1.05)
    panel.plot([low, high], [low, high], color=PALE, linewidth=0.9, zorder=0)
    if log:
        logarithmic(panel.xaxis, low, high)
        logarithmic(panel.yaxis, low, high)
    else:
        panel.set(xlim=(low, high), ylim=(low, high))
    panel.set(xlabel="paper", ylabel="ours, with its 95 % interval")
    panel.set_aspect("equal", adjustable="box")
    panel.grid()
    panel.set_title(title)
    return low, high


def _label(panel: Any, claims: Sequence[Claim], low: float, high: float, *, log: bool) -> None:
    """Name every dot by its task, beside it where no other label or dot is in the way."""

    def points(value: float) -> float:
        share = ln(value / low) / ln(high / low) if log else (value - low) / (high - low)
        return SIDE * share

    centres = [(points(x), points(y)) for x, y in (claim.place for claim in claims)]
    taken: list[Box] = [(x - 4, y - 4, x + 4, y + 4) for x, y in centres]
    for claim, (x, y) in zip(claims, centres, strict=True):
        text = claim.task.replace("_", " ")
        boxes = [_box(x + right, y + up, len(text) * LETTER, left=right < 0) for right, up in PLACES]
        best = min(range(len(boxes)), key=lambda index: (_cost(boxes[index], taken), index))
        taken.append(boxes[best])
        right, up = PLACES[best]
        panel.annotate(
            text,
            claim.place,
            xytext=(right, up),
            textcoords="offset points",
            ha="left" if right > 0 else "right",
            fontsize=FONT,
            color=INK,
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
