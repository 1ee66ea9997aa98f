"""CLIMATE-FEVER, read through a mirror: every piece of evidence is a pair, and a claim stays on one side."""

import json
from pathlib import Path

import pyarrow.parquet as pq

from maskzoo.cli import main

CLIMATE = Path(__file__).parents[2] / "domains" / "climate"
PUBLISHED = {"supports": 1943, "refutes": 802, "not_enough_info": 4930}  # counted in the file itself: 1,535 claims x 5


def test_all_pairs_are_there_and_no_claim_stands_on_two_sides(mirror, tmp_path, monkeypatch):
    monkeypatch.setenv("MASKZOO_CACHE", str(tmp_path / "cache"))
    assert main(["tasks", str(CLIMATE), "--scale", "full", "--results", str(tmp_path)]) == 0
    folder = tmp_path / "full" / "climate" / "tasks" / "fact_checking"
    found = json.loads((folder / "task.json").read_text())
    counted = {
        label: sum(found["label_counts"][split][label] for split in ("train", "validation", "test"))
        for label in PUBLISHED
    }
    lost = sum(found["removed"].values())
    assert sum(counted.values()) + lost == sum(PUBLISHED.values()) == 7675
    assert lost < 50
    assert all(PUBLISHED[label] - lost <= number <= PUBLISHED[label] for label, number in counted.items())
    sides = [set(pq.read_table(folder / f"{split}.parquet")["text"].to_pylist()) for split in ("train", "test")]
    assert not sides[0] & sides[1]
