"""Tasks of every type, made of records that hold a bit of everything: what contract tests are run on."""

import json
import random
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from maskzoo import registry
from maskzoo.documents.record import Record
from maskzoo.errors import UserError
from maskzoo.recipe.task import Task
from maskzoo.tasks.task_data import PreparedTask, prepare_task, read_task
from tests.tasks.made import COLOURS, FILLER, make_task, reader

# what a type may need; the first that it takes, and that the records fit, is used
KEYS: tuple[dict[str, Any], ...] = (
    {},
    {"label": "label"},
    {"label": "number", "unit": "points"},
    {"label": ("first", "second")},
    {"pair": "other"},
    {"label": "label", "pair": "other"},
    {"label": "number", "pair": "other"},
    {"spans": "spans"},
    {"tokens_are": "residues"},
)
RINGS = ("c1ccccc1", "C1CCCCC1", "c1ccncc1", "C1CCNCC1")


def records(material: str, number: int = 90) -> list[Record]:
    """Records whose label, number, flags, second text, spans and tags all follow from the text."""
    chance = random.Random(0)
    found = []
    for place in range(number):
        colour = place % len(COLOURS)
        if material == "protein":
            text = "".join(chance.choices("ACDEFGHIKLMNPQRSTVWY", k=20)) + "ACDE"[colour] * 4
            words, tags = tuple(text), tuple("HHEC"[letter in "ACDE"] for letter in text)
        elif material == "smiles":
            text = RINGS[colour] + "C" * (1 + place // 4)
            words, tags = (text,), ("B-A",)
        else:
            words = (*chance.choices(FILLER, k=4), COLOURS[colour], f"w{place}")
            text, tags = " ".join(words), ("O", "O", "O", "O", "B-COLOUR", "O")
        start = text.find(COLOURS[colour]) if material in ("text", "code") else 2
        fields = {
            "path": "made.jsonl",
            "label": COLOURS[colour],
            "number": str(colour + place / 1000),
            "first": str(place % 2),
            "second": str(int(colour > 1)),
            "other": f"{COLOURS[colour]} {place}" if material in ("text", "code") else text[::-1],
            "spans": json.dumps([[start, start + 3, "piece"]]),
        }
        found.append(Record(text, f"made.jsonl#{place}", "", fields, words, tags))
    return found


def prepared(
    kind: str, folder: Path, *, material: str = "text", metric: str | None = None
) -> tuple[Task, PreparedTask]:
    """A small task of a type, as the recipe says it and as the stage leaves it."""
    refusals = []
    for metric_ in (metric,) if metric else registry.load("tasks", kind).METRICS:
        for keys in KEYS:
            try:
                task = make_task(**{"type": kind, "label": None, "metric": metric_, "material": material, **keys})
                prepare_task(task, reader(all=records(material)), folder / "task", where="here")
            except (ValidationError, UserError) as refusal:
                refusals.append(f"{keys}: {refusal}")
                continue
            return task, read_task(folder / "task")
    raise AssertionError("\n".join(refusals))
