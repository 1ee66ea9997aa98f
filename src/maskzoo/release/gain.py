"""What a release gained, a row a task: over its base, over untrained weights, beside the best classical baseline."""

from collections.abc import Mapping, Sequence
from typing import Any

from maskzoo.comparison.judging import LEVEL, title_of
from maskzoo.comparison.table import metric_title
from maskzoo.reporting.markdown import Markdown, plain, table
from maskzoo.reporting.numbers import number, with_interval


def gain_table(comparison: Mapping[str, Any], variant: str) -> Markdown:
    """The table; empty where the variant did nothing that was measured."""
    panels = [
        *((task, f"{plain(task['title'])} ({metric_title(task)}{_lower(task)})") for task in _tasks(comparison)),
        *_perplexity(comparison["pseudo_perplexity"]),
        *((probe, f"{plain(probe['title'])} ({probe['measure']})") for probe in comparison.get("probes", {}).values()),
    ]
    rows = [row for panel, title in panels if (row := _row(panel, title, variant)) is not None]
    if not rows:
        return Markdown()
    header = ("", "this model", "the base it came from", "untrained weights", "best classical baseline")
    kept = [place for place in range(5) if place < 2 or any(row[place] for row in rows)]
    return table([header[place] for place in kept], [[row[place] for place in kept] for row in rows])


def _tasks(comparison: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return list(comparison["tasks"].values())


def _perplexity(panel: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], str]]:
    title = f"Pseudo-perplexity per {panel.get('unit', 'word')} (lower is better)"
    return [({**panel, "lower_is_better": True, "by_logarithm": True}, title)]


def _lower(task: Mapping[str, Any]) -> str:
    return ", lower is better" if task.get("lower_is_better") else ""


def _row(panel: Mapping[str, Any], title: str, variant: str) -> list[str] | None:
    by_name = {model["name"]: model for model in panel["models"]}
    model = by_name.get(variant)
    if model is None:
        return None
    untrained = next((name for name, one in by_name.items() if one["role"] == "random" and name != variant), None)
    base = model["base"] if model["base"] != untrained else None
    beside = (base, untrained, panel.get("best_baseline"))
    return [
        title,
        with_interval(model["mean"], model["interval"], bold=True),
        *(_beside(panel, model, by_name.get(name)) for name in beside),
    ]


def _beside(panel: Mapping[str, Any], model: Mapping[str, Any], other: Mapping[str, Any] | None) -> str:
    """`general` 0.382; gain +0.079 [-0.004, +0.156], not clear."""
    if other is None:
        return ""
    said = f"{title_of(other['name'])} {number(other['mean'])}"
    difference = model["differences"].get(other["name"])
    if difference is None:
        return said
    lower = bool(panel.get("lower_is_better")) or panel.get("direction") == "lower"
    sign = -1 if lower else 1
    ends = sorted(sign * end for end in difference["interval"])
    clear = "clear" if difference["p_holm"] < LEVEL else "not clear"
    if panel.get("by_logarithm"):  # its difference is one of logarithms
        return f"{said}; {'gain' if sign * difference['value'] > 0 else 'loss'}, {clear}"
    return f"{said}; gain {with_interval(sign * difference['value'], ends, sign=True)}, {clear}"
