"""Records of a source become labelled examples of a task."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from maskzoo.corpus.record import Record
from maskzoo.errors import UserError, unknown_name
from maskzoo.evaluation.tagging import to_iob2
from maskzoo.recipe.task import Task


@dataclass(slots=True)
class Example:
    """One labelled example.

    Attributes:
        id: hex hash of the content, unique within a split.
        text: what a model reads; for tagging the words joined by a space.
        label: for sequence classification.
        tokens, tags: for token classification, equally long.
        key: normalised text, what makes two examples the same.
        group: what must stay on one side of a split (the key, where the task names no field).
    """

    id: str
    text: str
    label: str
    tokens: tuple[str, ...]
    tags: tuple[str, ...]
    key: str
    group: str
    locator: str


def normalised(text: str) -> str:
    """What counts as the same text: NFC with white space collapsed. Case stays: in SMILES it is chemistry."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def examples(records: Iterable[Record], task: Task, *, where: str, removed: Counter[str]) -> list[Example]:
    """Labelled examples in the order of the records; what cannot be used is counted in `removed`.

    Args:
        where: file and key of the source in the recipe, for errors.
        removed: reason -> count; `empty`, `no_label` and `undecodable` are added to.

    Raises:
        UserError: a field is missing, the label pattern does not match, or a tag is malformed.
    """
    pattern = label_regex(task.label_pattern, where)
    found: list[Example] = []
    for record in records:
        key = normalised(record.text)
        if not key:
            removed["empty"] += 1
            continue
        if record.undecodable:
            removed["undecodable"] += 1
            continue
        label = ""
        tags: tuple[str, ...] = ()
        if task.type == "sequence_classification":
            label = _label(record, task, pattern, where)
        else:
            tags = _tags(record, task, where)
        if not label and not tags:
            removed["no_label"] += 1
            continue
        group = key
        if task.split.group is not None:
            group = _field(record, task.split.group, f"{where}: split.group")
        text = " ".join(record.tokens) if tags else record.text.strip()
        tokens = record.tokens if tags else ()
        found.append(Example(_hash(key), text, label, tokens, tags, key, group, record.locator))
    return found


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def _field(record: Record, name: str, where: str) -> str:
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


def _label(record: Record, task: Task, pattern: re.Pattern[str] | None, where: str) -> str:
    assert task.label is not None, "checked when the recipe was read"
    value = _field(record, task.label, f"{where}: label").strip()
    if value and pattern is not None:
        match = pattern.search(value)
        if match is None or match.group(1) is None:
            raise UserError(
                f"label_pattern {pattern.pattern!r} does not match {task.label} {value!r}",
                where=f"{where} ({record.locator})",
                expected="a pattern whose first group is the label",
            )
        value = match.group(1)
    return task.labels.get(value, value)


def _tags(record: Record, task: Task, where: str) -> tuple[str, ...]:
    locator = f"{where} ({record.locator})"
    if len(record.tokens) != len(record.tags):
        raise UserError(
            f"{len(record.tokens)} words but {len(record.tags)} tags", where=locator, expected="one tag a word"
        )
    if task.metric != "entity_f1":
        return tuple(task.labels.get(tag, tag) for tag in record.tags)
    chunks = to_iob2(record.tags, where=locator)
    if task.labels:
        chunks = [tag if tag == "O" else tag[:2] + task.labels.get(tag[2:], tag[2:]) for tag in chunks]
    return tuple(chunks)
