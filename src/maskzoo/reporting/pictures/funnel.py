"""The funnel as a picture: what is left after each stage, and what each stage took for which reason."""

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from maskzoo.reporting.numbers import size
from maskzoo.reporting.style import BLUE, GREY, INK, SMALL, VERMILION, legend_below, new_figure, save

TITLES = {
    "cleaning": "read and cleaned",
    "privacy": "personal data scrubbed",
    "filters": "filtered",
    "decontamination": "decontaminated",
    "exact_duplicates": "exact duplicates out",
    "near_duplicates": "near-duplicates out",
}
REASONS_SHOWN = 3
NOTES = 2.9  # width of the axes in bars: the rest is for the longest note, with counts of five digits

Reason = Callable[[str], str]


def draw(funnel: Mapping[str, Any], path: Path, *, reason: Reason | None = None) -> None:
    """Write `funnel` (the value of funnel.json) as SVG: a bar a stage, documents kept and dropped.

    Args:
        reason: how a reason is written for people.
    """
    save(figure_of(funnel, reason=reason), path)


def figure_of(funnel: Mapping[str, Any], *, reason: Reason | None = None) -> Any:
    """The picture as a matplotlib figure."""
    stages = funnel["stages"]
    read = max(1, stages[0]["documents_in"])
    figure, axes = new_figure(9.5, 0.9 + 0.56 * len(stages))
    dropped = False
    for row, stage in enumerate(stages):
        kept, lost = stage["documents_out"], stage["documents_in"] - stage["documents_out"]
        axes.barh(row, kept, height=0.6, color=BLUE)
        if lost:
            axes.barh(row, lost, left=kept, height=0.6, color=VERMILION)
            dropped = True
        label, note = f"{kept:,} documents, {size(stage['bytes_out'])}", _note(stage, funnel, reason or _spaced)
        axes.text(read * 1.03, row, label, va="bottom" if note else "center", fontsize=9)
        if note:
            axes.text(read * 1.03, row + 0.04, note, va="top", fontsize=SMALL, color=INK if lost else GREY)
    axes.set_yticks(range(len(stages)), [TITLES.get(stage["stage"], stage["stage"]) for stage in stages])
    axes.set_ylim(len(stages) - 0.5, -0.5)
    axes.set_xlim(0, read * NOTES)
    axes.set_xticks([0, read], ["0", f"{read:,}"])
    axes.tick_params(axis="y", length=0)
    axes.spines["bottom"].set_bounds(0, read)
    axes.set_xlabel("documents", loc="left")
    looks = [(BLUE, "kept"), *([(VERMILION, "dropped by this stage")] if dropped else [])]
    from matplotlib.patches import Patch

    legend_below(figure, [Patch(color=colour, label=label) for colour, label in looks])
    return figure


def _note(stage: Mapping[str, Any], funnel: Mapping[str, Any], reason: Reason) -> str:
    if stage["stage"] == "cleaning":
        return f"of {size(stage['bytes_in'])} read"
    if stage["stage"] == "privacy":
        kinds = Counter(funnel["privacy"]).most_common()
        return _first([f"{count:,} {_spaced(kind)}" for kind, count in kinds if count]) or "none found"
    if not stage["reasons"]:
        return ""
    reasons = [f"{entry['documents']:,} {reason(name)}" for name, entry in stage["reasons"].items()]
    return f"dropped {_first(reasons)} ({size(sum(entry['bytes'] for entry in stage['reasons'].values()))})"


def _spaced(reason: str) -> str:
    return reason.replace("_", " ")


def _first(parts: list[str]) -> str:
    """The first parts, and how many more there are."""
    more = f", {len(parts) - REASONS_SHOWN} more" if len(parts) > REASONS_SHOWN else ""
    return ", ".join(parts[:REASONS_SHOWN]) + more
