"""All domains in one picture: a line a task, the best model of every role, by the error it leaves.

Metrics differ in range and direction, so every value becomes an error (1 - value for scores whose best is 1, the value
itself where lower is better, the logarithm of a perplexity), divided by the error of the best classical baseline of the
task. 1 is as good as that baseline, 0.5 leaves half its errors, 2 makes twice as many, whatever the metric.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from math import log
from pathlib import Path
from typing import Any

from maskzoo.comparison.compare import ROLES
from maskzoo.comparison.picture import COLOUR_OF, MARKER_OF
from maskzoo.figures import COLOURS, new_figure, save
from maskzoo.results.reading import best, lower_is_better

COLOUR = {"random": COLOURS[3], **COLOUR_OF}
MARKER = {"random": "v", **MARKER_OF}
PERFECT = 1e-3  # an error below this counts as this much: a logarithmic axis has no zero
LINE, AROUND = 0.26, 1.1  # inches
TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50)


def error(panel: Mapping[str, Any], value: float) -> float:
    """What is missing to a perfect value of the panel's metric; never below `PERFECT`."""
    if not lower_is_better(panel):
        left = 1 - value
    else:
        left = log(max(value, 1.0)) if "perplexity" in panel["metric"] else value
    return max(left, PERFECT)


def relative_errors(panel: Mapping[str, Any]) -> dict[str, tuple[float, float, float]]:
    """role -> (error of its best model, low and high end of its interval), over that of the best baseline.

    Where a task has no baseline, over that of the reference.
    """
    reference = best(panel, "baseline") or next(m for m in panel["models"] if m["name"] == panel["reference"])
    whole = error(panel, reference["mean"])
    found = {}
    for role in ROLES:
        model = best(panel, role)
        if model is not None:
            low, high = sorted(error(panel, end) / whole for end in model["interval"])
            found[role] = (error(panel, model["mean"]) / whole, low, high)
    return found


def draw(records: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Write the picture of all domains as SVG; of a domain's scales the first is drawn."""
    lines: list[tuple[str, str | None, Mapping[str, Any] | None]] = []
    for _, several in groupby(records, key=lambda record: record["domain"]):
        record = next(several)
        lines.append((record["title"], None, None))
        lines += [("", panel["title"], panel) for panel in record["comparison"]["tasks"].values()]
    figure, axes = new_figure(8.5, LINE * len(lines) + AROUND)
    shown: set[str] = set()
    ends = [1.0]
    for height, (_, _, panel) in enumerate(lines):
        if panel is None:
            continue
        errors = relative_errors(panel)
        for offset, (role, (value, low, high)) in zip(_offsets(len(errors)), errors.items(), strict=True):
            y = height + offset
            axes.plot([low, high], [y, y], color=COLOUR[role], linewidth=1.2, alpha=0.5, solid_capstyle="round")
            axes.plot(
                value, y, MARKER[role], color=COLOUR[role], markersize=4.5, label=role if role not in shown else ""
            )
            shown.add(role)
            ends += [low, high]
    axes.axvline(1, color="#666666", linewidth=0.8, zorder=0)
    axes.set_xscale("log")
    axes.set_xlim(min(ends) / 1.1, max(ends) * 1.1)
    axes.set_xticks([tick for tick in TICKS if min(ends) / 1.1 <= tick <= max(ends) * 1.1])
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.minorticks_off()
    axes.set_yticks(range(len(lines)), [heading or f"{_short(task or '')}" for heading, task, _ in lines])
    for label, (heading, _, _) in zip(axes.get_yticklabels(), lines, strict=True):
        label.set_fontweight("bold" if heading else "normal")
        label.set_fontsize(9 if heading else 8)
    axes.set_ylim(len(lines) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", alpha=0.3, linewidth=0.6)
    axes.set_xlabel("error over that of the best classical baseline (log scale; left of 1 is better)")
    handles, labels = axes.get_legend_handles_labels()
    order = sorted(range(len(labels)), key=lambda index: ROLES.index(labels[index]))
    figure.legend(
        [handles[index] for index in order],
        [labels[index] for index in order],
        loc="outside upper center",
        ncols=max(len(order), 1),
        frameon=False,
    )
    save(figure, path)


def _offsets(count: int) -> list[float]:
    """Where the roles of a line stand, around its middle."""
    return [0.14 * (index - (count - 1) / 2) for index in range(count)]


def _short(title: str, most: int = 48) -> str:
    return title if len(title) <= most else title[: most - 1].rstrip() + "…"
