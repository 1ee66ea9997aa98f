"""A task's data: made from its sources into three Parquet files and a task.json, and read back."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maskzoo.corpus.record import Record
from maskzoo.errors import UserError
from maskzoo.evaluation import grouping, splitting
from maskzoo.evaluation.examples import Example, examples
from maskzoo.evaluation.splitting import SPLITS
from maskzoo.evaluation.tagging import kind_of
from maskzoo.files import atomic_folder, read_json, sha256_of, write_json
from maskzoo.provenance import stamp
from maskzoo.recipe.source import Source
from maskzoo.recipe.task import Task

ReadSource = Callable[[str, Source], Iterable[Record]]
REASONS = ("duplicates", "conflicting", "across_splits", "no_label", "empty", "undecodable", "limit")


@dataclass(frozen=True)
class Split:
    """One split, column by column; `gold` holds a label an example, or a list of tags."""

    ids: list[str]
    texts: list[str]
    gold: list[Any]
    tokens: list[list[str]]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class PreparedTask:
    """What `maskzoo tasks` wrote, read back.

    Attributes:
        labels: all labels (or tags), sorted; their order is the order of class numbers.
        sha256: of the three splits and the labels, so of all that a result depends on.
    """

    name: str
    type: str
    metric: str
    labels: list[str]
    train: Split
    validation: Split
    test: Split
    sha256: str

    @property
    def tagging(self) -> bool:
        return self.type == "token_classification"


def prepare_task(task: Task, read: ReadSource, folder: Path, *, where: str) -> dict[str, Any]:
    """Read, clean and split the sources of a task and write `folder`; returns what task.json holds.

    Args:
        read: gives the records of a source, by the name of the split it serves.
        where: file and key of the task in the recipe, for errors.

    Raises:
        UserError: a record without the fields asked for, a malformed label or tag, an empty split, or a tested label
            that training never shows.
    """
    removed: Counter[str] = Counter(dict.fromkeys(REASONS, 0))
    used: dict[str, Source] = {}

    def load(part: str) -> list[Example] | None:
        source: Source | None = getattr(task.data, part)
        if source is None:
            return None
        used[part] = source
        return examples(read(part, source), task, where=f"{where}.data.{part}", removed=removed)

    everything = load("all")
    if everything is not None:
        kept = splitting.distinct(everything, removed)
        grouping.assign([kept], task, where=where)
        splits = splitting.drawn(kept, task.split)
    else:
        train, validation, test = load("train"), load("validation"), load("test")
        grouping.assign([train or [], validation or [], test or []], task, where=where)
        splits = splitting.given(train or [], validation, test or [], task.split, removed, where=where)
    splits = splitting.limited(splits, task.limit, removed)
    _check(splits, task, where)
    information = {
        "title": task.title,
        "type": task.type,
        "language": task.language,
        "metric": task.metric,
        "labels": _labels(splits, task),
        "counts": {name: len(splits[name]) for name in SPLITS},
        "label_counts": {name: dict(sorted(_kinds(splits[name], task).items())) for name in SPLITS},
        "removed": dict(removed),
        "licences": sorted({source.licence for source in used.values()}),
        "sources": [_source(part, source) for part, source in used.items()],
        "provenance": stamp(),
    }
    with atomic_folder(folder) as temporary:
        for name in SPLITS:
            _write(splits[name], task, temporary / f"{name}.parquet")
        write_json(temporary / "task.json", information)
    return information


def read_task(folder: Path) -> PreparedTask:
    """The task that `prepare_task` wrote.

    Raises:
        UserError: it was not prepared yet.
    """
    if not (folder / "task.json").is_file():
        raise UserError(f"no task.json in {folder}", expected="a task prepared by `maskzoo tasks`")
    information = read_json(folder / "task.json")
    splits = {name: _read(folder / f"{name}.parquet", information["type"]) for name in SPLITS}
    parts = [sha256_of(folder / f"{name}.parquet") for name in SPLITS]
    parts += [information["type"], information["metric"], *information["labels"]]
    return PreparedTask(
        name=folder.name,
        type=information["type"],
        metric=information["metric"],
        labels=information["labels"],
        sha256=hashlib.sha256("\0".join(parts).encode()).hexdigest(),
        **splits,
    )


def _check(splits: dict[str, list[Example]], task: Task, where: str) -> None:
    for name in SPLITS:
        if not splits[name]:
            raise UserError(f"the {name} split is empty", where=where, expected="labelled examples in every split")
    known = set(_kinds(splits["train"], task))
    for label, count in sorted(_kinds(splits["test"], task).items()):
        if label not in known:
            times = "once" if count == 1 else f"{count} times"
            raise UserError(
                f"label {label!r} occurs {times} in the test split and is unseen in training",
                where=where,
                expected="every tested label among the training examples",
                hint="join it to another label (`labels`), raise `limit.train`, or add examples",
            )


def _kinds(examples: Sequence[Example], task: Task) -> Counter[str]:
    """How often each label occurs: a class once an example, a tag once a word, a chunk type once an entity."""
    if task.type == "sequence_classification":
        return Counter(example.label for example in examples)
    tags = Counter(tag for example in examples for tag in example.tags)
    if task.metric != "entity_f1":
        return tags
    return Counter({kind: n for tag, n in tags.items() if tag.startswith("B-") and (kind := kind_of(tag))})


def _labels(splits: dict[str, list[Example]], task: Task) -> list[str]:
    """All labels, sorted; for chunks O and both tags of every type, also where a type never has a second word."""
    kinds = sorted({kind for examples in splits.values() for kind in _kinds(examples, task)})
    if task.metric != "entity_f1":
        return kinds
    return sorted(["O", *(f"{prefix}-{kind}" for kind in kinds for prefix in "BI")])


def _source(part: str, source: Source) -> dict[str, Any]:
    """Where the examples came from, as far as the recipe says it."""
    values = source.model_dump(mode="json", exclude_none=True, exclude={"read"})
    return {"split": part, "url": source.url, "sha256": source.sha256, **values}


def _write(examples: Sequence[Example], task: Task, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns: dict[str, Any] = {
        "id": pa.array([example.id for example in examples], pa.string()),
        "text": pa.array([example.text for example in examples], pa.string()),
    }
    if task.type == "sequence_classification":
        columns["label"] = pa.array([example.label for example in examples], pa.string())
    else:
        columns["tokens"] = pa.array([list(example.tokens) for example in examples], pa.list_(pa.string()))
        columns["tags"] = pa.array([list(example.tags) for example in examples], pa.list_(pa.string()))
    pq.write_table(pa.table(columns), path, compression="zstd")


def _read(path: Path, kind: str) -> Split:
    import pyarrow.parquet as pq

    columns = pq.read_table(path).to_pydict()
    if kind == "sequence_classification":
        return Split(columns["id"], columns["text"], columns["label"], [])
    return Split(columns["id"], columns["text"], columns["tags"], columns["tokens"])
