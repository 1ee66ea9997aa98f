"""Records of a source become labelled examples of a task."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from maskzoo.documents.record import Record
from maskzoo.errors import UserError, unknown_name
from maskzoo.recipe.task import Task

SHOWN = 60  # characters of a text that was left out


@dataclass(frozen=True, slots=True)
class Reading:
    """What a task type makes of a record.

    Attributes:
        gold: the answer: a label, a tuple of tags, a mapping from target to value.
        parts: what else the type keeps: words, a second text, spans.
        text: what a model reads, where it is not the record's text as the material has it.
        key: what makes two examples the same, where it is not the material's key of the text.
        repeated: values dropped because the record gave another one before.
    """

    gold: Any
    parts: dict[str, Any] = field(default_factory=dict)
    text: str | None = None
    key: str | None = None
    repeated: int = 0


@dataclass(slots=True)
class Example:
    """One labelled example.

    Attributes:
        id: hex hash of the content, unique within a split.
        text: what a model reads; for words with tags those joined by a space.
        gold, parts: see `Reading`.
        key: normalised text, what makes two examples the same.
        group: what must stay on one side of a split (the key, where the task names no field).
        written: the text as it was written, where it is not its words joined by spaces; for decontamination.
    """

    id: str
    text: str
    gold: Any
    parts: dict[str, Any]
    key: str
    group: str
    locator: str
    written: str = ""


def normalised(text: str) -> str:
    """What counts as the same text: NFC with white space collapsed. Case stays: in SMILES it is chemistry."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def alike(text: str) -> str:
    """What is left of a text without case, width, white space and the signs at its end: so near are copies of one."""
    folded = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    while folded and not folded[-1].isalnum() and unicodedata.category(folded[-1])[0] in "PZ":
        folded = folded[:-1]
    return folded


def examples(
    records: Iterable[Record],
    task: Task,
    *,
    where: str,
    removed: Counter[str],
    first: dict[str, str] | None = None,
) -> list[Example]:
    """Labelled examples in the order of the records; what cannot be used is counted in `removed`.

    Args:
        where: file and key of the source in the recipe, for errors.
        removed: reason -> count; `empty`, `undecodable`, `no_label`, `invalid` (text that the material cannot use) and
            `repeated` (a second value for the same target) are added to.
        first: reason -> where the first record stood that was left out for it, and how its text begins; added to.

    Raises:
        UserError: a field is missing or holds what the task's type cannot take.
    """
    from maskzoo import materials
    from maskzoo.tasks import types

    first = {} if first is None else first
    kind, material = types.load(task.type), materials.load(task.material)
    readings: Iterable[tuple[Record, Reading | None]]
    if task.own("pivot") is None:
        usable = (record for record in records if _usable(record, removed, first))
        readings = ((record, kind.read(record, task, where=where)) for record in usable)
    else:
        usable = (record for record in records if _usable(record, removed, first))
        readings = kind.read_pivot(usable, task, where=where)
    found: list[Example] = []
    for record, reading in readings:
        if reading is None:
            _leave_out("no_label", record, removed, first)
            continue
        removed["repeated"] += reading.repeated
        text = reading.text if reading.text is not None else material.task_text(record.text.strip())
        if text is None:
            _leave_out("invalid", record, removed, first)
            continue
        key = reading.key if reading.key is not None else material.key(record.text)
        group = key
        if task.split.group is not None:
            group = field_of(record, task.split.group, f"{where}: split.group")
        found.append(Example(_hash(key), text, reading.gold, reading.parts, key, group, record.locator, record.written))
    return found


def _usable(record: Record, removed: Counter[str], first: dict[str, str]) -> bool:
    reason = "empty" if not record.text.strip() else "undecodable" if record.undecodable else None
    if reason is not None:
        _leave_out(reason, record, removed, first)
    return reason is None


def _leave_out(reason: str, record: Record, removed: Counter[str], first: dict[str, str]) -> None:
    removed[reason] += 1
    text = record.text.strip()
    first.setdefault(reason, f"{record.locator}: {text[:SHOWN]}{'…' if len(text) > SHOWN else ''}")


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def field_of(record: Record, name: str, where: str) -> str:
    """The value of a field.

    Raises:
        UserError: the record has no such field; names those it has, and the nearest.
    """
    if name not in record.fields:
        raise unknown_name("field", name, record.fields, where=f"{where} ({record.locator})")
    return record.fields[name]


def label_regex(pattern: str | None, where: str) -> re.Pattern[str] | None:
    """The compiled `label_pattern` of a task, or None where there is none.

    Raises:
        UserError: no regular expression, or one without a group.
    """
    if pattern is None:
        return None
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise UserError(f"label_pattern {pattern!r}: {error}", where=where, expected="a regular expression") from None
    if not compiled.groups:
        raise UserError(f"label_pattern {pattern!r} has no group", where=where, expected="the label in parentheses")
    return compiled
