"""The comparison as a picture: a panel a task, and one of the pseudo-perplexities."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from maskzoo.comparison.compare import ROLES
from maskzoo.comparison.table import metric_title
from maskzoo.reporting.pictures import dots
from maskzoo.tasks import baselines

LOWER = " (lower is better)"


def draw(comparison: Mapping[str, Any], path: Path) -> None:
    """Write the picture of a comparison (see `comparison.compared`) as SVG."""
    dots.draw(panels(comparison), path)


def panels(comparison: Mapping[str, Any]) -> list[dots.Panel]:
    """What is drawn: every task, and the pseudo-perplexities where there are any."""
    found = [
        dots.Panel(task["title"], metric_title(task) + LOWER * bool(task.get("lower_is_better")), rows(task))
        for task in comparison["tasks"].values()
    ]
    scored = comparison["pseudo_perplexity"]
    if scored["models"]:
        axis = f"per {scored.get('unit', 'word')}{LOWER}"
        found.append(dots.Panel("Pseudo-perplexity", axis, rows(scored), ratios=True))
    found += [
        dots.Panel(probe["title"], probe["measure"] + LOWER * (probe["direction"] == "lower"), rows(probe))
        for probe in comparison.get("probes", {}).values()
        if probe["models"]
    ]
    return found


def rows(panel: Mapping[str, Any]) -> list[dots.Dot]:
    """Every model of a panel, also those without a value: by role, then as the panel lists them."""
    found = [
        dots.Dot(
            model["name"],
            model["role"],
            model.get("mean"),
            tuple(model["interval"]) if "interval" in model else None,
            baselines.title_of(model["name"]),
            model.get("reason", "").split(":")[0],
        )
        for model in (*panel["models"], *panel.get("without", ()))
    ]
    return sorted(found, key=lambda dot: ROLES.index(dot.role))
