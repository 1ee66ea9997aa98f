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
from maskzoo.reporting.pictures import errors
from maskzoo.results.reading import best, lower_is_better

PERFECT = 1e-3  # an error below this counts as this much: a logarithmic axis has no zero


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
    errors.draw(lines(records), path)


def lines(records: Sequence[Mapping[str, Any]]) -> list[errors.Line]:
    """A heading a domain and a line a task."""
    found: list[errors.Line] = []
    for _, several in groupby(records, key=lambda record: record["domain"]):
        record = next(several)
        found.append(errors.Line(record["title"], heading=True))
        panels = record["comparison"]["tasks"].values()
        found += [errors.Line(panel["title"], errors=relative_errors(panel)) for panel in panels]
    return found
