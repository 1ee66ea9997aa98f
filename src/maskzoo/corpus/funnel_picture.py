"""The funnel as a picture: what is left after each stage, and what each stage took for which reason."""

from collections import Counter
from pathlib import Path
from typing import Any

from maskzoo.figures import COLOURS, new_figure, save
from maskzoo.materials import reason_title
from maskzoo.reporting.numbers import size

TITLES = {
    "cleaning": "read and cleaned",
    "privacy": "personal data scrubbed",
    "filters": "filtered",
    "decontamination": "decontaminated",
    "exact_duplicates": "exact duplicates out",
    "near_duplicates": "near-duplicates out",
}
REASONS_SHOWN = 3
NOTES = 2.3  # width of the axes in bars: the rest is for the longest note, with counts of five digits


def draw(funnel: dict[str, Any], path: Path, *, material: str = "text") -> None:
    """Draw `funnel` (the value of funnel.json) to an SVG file: a bar a stage, documents kept and dropped."""
    stages = funnel["stages"]
    read = max(1, stages[0]["documents_in"])
    figure, axes = new_figure(10.5, 0.9 + 0.62 * len(stages))
    for row, stage in enumerate(stages):
        kept, lost = stage["documents_out"], stage["documents_in"] - stage["documents_out"]
        axes.barh(row, kept, height=0.62, color=COLOURS[0])
        if lost:
            axes.barh(row, lost, left=kept, height=0.62, color=COLOURS[1])
        label, note = f"{kept:,} documents, {size(stage['bytes_out'])}", _note(stage, funnel, material)
        axes.text(read * 1.02, row, label, va="bottom" if note else "center", fontsize=9)
        if note:
            colour = COLOURS[1] if lost else "#555555"
            axes.text(read * 1.02, row, note, va="top", fontsize=8, color=colour)
    axes.set_yticks(range(len(stages)), [TITLES.get(stage["stage"], stage["stage"]) for stage in stages])
    axes.set_ylim(len(stages) - 0.5, -0.5)
    axes.set_xlim(0, read * NOTES)
    ticks = [tick for tick in axes.get_xticks() if 0 <= tick <= read]
    axes.set_xticks(ticks, [f"{tick:,.0f}" for tick in ticks])
    axes.tick_params(axis="y", length=0)
    axes.spines["bottom"].set_bounds(0, read)
    axes.set_xlabel("documents (blue: kept, orange: dropped by this stage)", loc="left")
    save(figure, path)


def _note(stage: dict[str, Any], funnel: dict[str, Any], material: str) -> str:
    if stage["stage"] == "cleaning":
        return f"of {size(stage['bytes_in'])} read"
    if stage["stage"] == "privacy":
        kinds = Counter(funnel["privacy"]).most_common()
        return _listed([f"{count:,} {kind}" for kind, count in kinds if count]) or "none found"
    if not stage["reasons"]:
        return ""
    reasons = [f"{entry['documents']:,} {reason_title(reason, material)}" for reason, entry in stage["reasons"].items()]
    lost = sum(entry["bytes"] for entry in stage["reasons"].values())
    return f"dropped {_listed(reasons)} ({size(lost)})"


def _listed(parts: list[str]) -> str:
    """The first parts, and how many more there are."""
    more = f", {len(parts) - REASONS_SHOWN} more" if len(parts) > REASONS_SHOWN else ""
    return ", ".join(parts[:REASONS_SHOWN]) + more
