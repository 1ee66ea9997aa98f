"""What curation made of a simulated corpus, beside the truth that was planted in it."""

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from maskzoo.paths import Layout

ZOO = Path(__file__).parents[2]


class Outcome:
    """The truth and what curation made of it, by the number of the document."""

    def __init__(self, layout: Layout) -> None:
        self.truth: dict[str, Any] = json.loads((layout.simulated / "truth.json").read_text())
        self.funnel: dict[str, Any] = json.loads(layout.funnel.read_text())
        self.kept = {_number(row["locator"]): row for row in pq.read_table(layout.documents).to_pylist()}
        self.dropped = {_number(row["locator"]): row for row in pq.read_table(layout.dropped).to_pylist()}
        self.layout = layout

    def by(self, stage: str) -> set[int]:
        return {number for number, row in self.dropped.items() if row["stage"] == stage}

    def planted(self, key: str, field: str, **wanted: Any) -> set[int]:
        chosen = (item for item in self.truth[key] if all(item[name] == value for name, value in wanted.items()))
        return {int(item[field].rsplit("-", 1)[1]) for item in chosen}


def _number(locator: str) -> int:
    """documents.jsonl:line 1 -> 0: the simulation numbers its documents in the order of the lines."""
    return int(locator.rsplit(" ", 1)[1]) - 1
