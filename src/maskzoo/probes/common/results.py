"""Results of a suite: from items to values, intervals and groups, and back from the file that keeps them.

The value of a suite whose items fall into groups (paradigms) is the mean of the groups' values. Its interval comes from
resampling groups and, within them, items: what other paradigms of the kind, and other items, might have given.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from maskzoo.probes.common.kind import Measure, Measured
from maskzoo.tasks.significance import Sample, interval, perplexity, ratio

RESAMPLES = 1000


def sample(rows: Sequence[Sequence[Mapping[str, Any]]], measure: Measure) -> Sample:
    """The items of all seeds, ready to be resampled.

    Args:
        rows: seeds x items, as results keep them.
    """
    groups = [row.get("group") for row in rows[0]]
    sizes = {group: groups.count(group) for group in set(groups)}
    weights = np.array([1 if group is None else 1 / sizes[group] for group in groups])
    parts = np.array(
        [[(row[measure.sum], row[measure.count] if measure.count else 1) for row in items] for items in rows],
        dtype=np.float64,
    )
    numbers = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    return Sample(
        parts * weights[None, :, None],
        perplexity if measure.statistic == "perplexity" else ratio,
        None if None in groups or len(numbers) < 2 else np.array([numbers[group] for group in groups]),
    )


def record(measured: Sequence[tuple[int | None, Measured]], measure: Measure) -> dict[str, Any]:
    """Value and interval over all seeds, value and interval of each group, and all items of each seed."""
    rows = [[item.as_json() for item in one.items] for _, one in measured]
    whole = sample(rows, measure)
    values = whole.values
    return {
        "value": float(values.mean()),
        "interval": list(interval(whole, resamples=RESAMPLES)),
        "groups": _groups(rows, measure),
        "seeds": [
            {"pretraining_seed": seed, "value": float(value), **one.figures, measure.items: items}
            for (seed, one), value, items in zip(measured, values, rows, strict=True)
        ],
    }


def _groups(rows: Sequence[Sequence[Mapping[str, Any]]], measure: Measure) -> dict[str, Any]:
    """group -> how many items, value and interval (of items and seeds), in the order of the items."""
    names = dict.fromkeys(row["group"] for row in rows[0] if "group" in row)
    found = {}
    for name in names:
        inside = [[row for row in items if row["group"] == name] for items in rows]
        part = sample(inside, measure)
        found[name] = {
            "items": len(inside[0]),
            "value": float(part.values.mean()),
            "interval": list(interval(part, resamples=RESAMPLES)),
        }
    return found
