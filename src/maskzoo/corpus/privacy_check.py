"""How good the search for personal data is where the truth is known: recall and precision on a simulated corpus."""

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from maskzoo.documents.privacy import Finding, find
from maskzoo.files import read_json


def privacy_check(simulated: Path, kinds: Sequence[str], regions: Sequence[str]) -> dict[str, Any] | None:
    """Recall and precision of `find` against truth.json of a simulation; None where that planted nothing by place.

    A planted piece is found when no letter or digit of it is left; what was replaced is right when it touches
    a planted piece, of whatever kind. Kinds that were not asked for do not count.

    Returns:
        `recall`, `precision`, `planted`, `found`, `replaced`, `wrongly` and the last four of every kind in `kinds`.
    """
    truth = read_json(simulated / "truth.json")
    planted: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry in truth.get("personal_data", ()):
        if entry["kind"] in kinds and "start" in entry:
            planted[entry["document"]].append(entry)
    if not planted:
        return None
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in kinds}
    with (simulated / "documents.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            document = json.loads(line)
            _count(find(document["text"], kinds, regions), planted[document["id"]], counts)
    total: Counter[str] = sum(counts.values(), Counter())
    names = ("planted", "found", "replaced", "wrongly")
    return {
        "recall": total["found"] / total["planted"],
        "precision": 1 - total["wrongly"] / total["replaced"] if total["replaced"] else 0.0,
        **{name: total[name] for name in names},
        "kinds": {kind: {name: count[name] for name in names} for kind, count in counts.items()},
    }


def _count(findings: Sequence[Finding], planted: Sequence[dict[str, Any]], counts: dict[str, Counter[str]]) -> None:
    places = [(entry["start"], entry["start"] + len(entry["text"])) for entry in planted]
    covered = {place for finding in findings for place in range(finding.start, finding.end)}
    for entry, (start, end) in zip(planted, places, strict=True):
        counts[entry["kind"]]["planted"] += 1
        left = [place for place in range(start, end) if place not in covered and entry["text"][place - start].isalnum()]
        counts[entry["kind"]]["found"] += not left
    for finding in findings:
        counts[finding.kind]["replaced"] += 1
        counts[finding.kind]["wrongly"] += not any(finding.start < end and start < finding.end for start, end in places)
