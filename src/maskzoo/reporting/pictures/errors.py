"""Many tasks in one picture: a line a task, the best model of every role, by the error that it leaves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from maskzoo.reporting.style import (
    COLOUR_OF,
    GREY,
    MARKER_OF,
    handle,
    logarithmic,
    new_figure,
    save,
    wrapped,
)

LINE, AROUND = 0.26, 1.1  # inches: of a line of text, and of the axis and legend together
LABEL = 58  # characters of a line

Place = tuple[float, float, float]  # the error, and both ends of its interval


@dataclass(frozen=True)
class Line:
    """A task, or the heading of a group of them, which has no errors.

    Attributes:
        errors: role -> what its best model leaves, over what the best baseline leaves.
    """

    title: str
    heading: bool = False
    errors: Mapping[str, Place] = field(default_factory=dict)


def draw(lines: Sequence[Line], path: Path) -> None:
    """Write the picture as SVG."""
    save(figure_of(lines), path)


def figure_of(lines: Sequence[Line]) -> Any:
    """The picture as a matplotlib figure; a title that is long has two lines, none is cut."""
    labels = [wrapped(line.title, LABEL) for line in lines]
    tall = [1 + 0.65 * label.count("\n") for label in labels]
    heights = [sum(tall[:place]) + (one - 1) / 2 for place, one in enumerate(tall)]
    figure, axes = new_figure(8.5, LINE * sum(tall) + AROUND)
    ends = [1.0]
    for height, line in zip(heights, lines, strict=True):
        for offset, (role, (value, low, high)) in zip(_offsets(len(line.errors)), line.errors.items(), strict=True):
            y = height + offset
            axes.plot([low, high], [y, y], color=COLOUR_OF[role], linewidth=1.2, alpha=0.5, solid_capstyle="round")
            axes.plot(value, y, MARKER_OF[role], color=COLOUR_OF[role], markersize=4.5)
            ends += [low, high]
    axes.axvline(1, color=GREY, linewidth=0.8, zorder=0)
    logarithmic(axes.xaxis, min(ends) / 1.1, max(ends) * 1.1)
    axes.set_yticks(heights, labels)
    for label, line in zip(axes.get_yticklabels(), lines, strict=True):
        label.set_fontweight("bold" if line.heading else "normal")
        label.set_fontsize(9 if line.heading else 8)
    axes.set_ylim(sum(tall) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x")
    axes.set_xlabel("error over that of the best classical baseline (log scale; left of 1 is better)")
    shown = {role for line in lines for role in line.errors}
    handles = [handle(axes, COLOUR_OF[role], MARKER_OF[role], role) for role in COLOUR_OF if role in shown]
    if handles:
        figure.legend(handles=handles, loc="outside upper center", ncols=len(handles))
    return figure


def _offsets(count: int) -> list[float]:
    """Where the roles of a line stand, around its middle."""
    return [0.14 * (index - (count - 1) / 2) for index in range(count)]
