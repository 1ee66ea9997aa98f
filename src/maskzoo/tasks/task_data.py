"""A task's data: made from its sources into three Parquet files and a task.json, and read back."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from maskzoo import materials
from maskzoo.corpus.evaluation_texts import EVALUATED, EVALUATION_TEXTS, write_evaluation_texts
from maskzoo.documents.record import Record
from maskzoo.errors import UserError
from maskzoo.files import atomic_folder, read_json, reading, sha256_of, write_json
from maskzoo.provenance import stamp
from maskzoo.recipe.source import Source
from maskzoo.recipe.task import Task
from maskzoo.tasks import grouping, metrics, splitting, types
from maskzoo.tasks.examples import Example, alike, examples
from maskzoo.tasks.source_files import SourceFiles
from maskzoo.tasks.splitting import SPLITS

GROUPS = "groups.parquet"  # beside the splits, where examples are grouped: what is tested together
ReadSource = Callable[[str, Source], Iterable[Record]]
REASONS = (
    "duplicates",
    "conflicting",
    "across_splits",
    "no_label",
    "empty",
    "undecodable",
    "invalid",
    "repeated",
    "limit",
)


@dataclass(frozen=True)
class Split:
    """One split, column by column.

    Attributes:
        gold: the answers as the type has them: labels, lists of tags, a matrix with NaN where a value is missing.
        tokens: token classification: the words of every example.
        parts: further columns of the type.
    """

    ids: list[str]
    texts: list[str]
    gold: Any
    tokens: list[list[str]] = field(default_factory=list)
    parts: dict[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def pairs(self) -> list[str]:
        """The second text of every example, where the type has one."""
        return list(self.parts.get("pair", ()))


@dataclass(frozen=True)
class PreparedTask:
    """What `maskzoo tasks` wrote, read back.

    Attributes:
        labels: all labels, tags or targets; their order is the order of class numbers and columns.
        sha256: of the three splits and the labels, so of all that a result depends on.
        material: what the texts are made of.
        unit: what numbers are measured in, where they are.
    """

    name: str
    type: str
    metric: str
    labels: list[str]
    train: Split
    validation: Split
    test: Split
    sha256: str
    material: str = "text"
    unit: str | None = None

    @property
    def tagging(self) -> bool:
        return self.type == "token_classification"

    @property
    def trained_on(self) -> bool:
        """Whether there are examples to learn from."""
        return len(self.train) > 0

    @property
    def sign(self) -> int:
        """1 where more of the metric is better, -1 for errors and perplexities."""
        return -1 if metrics.lower_is_better(self.metric) else 1


def prepare_task(task: Task, read: ReadSource, folder: Path, *, where: str) -> dict[str, Any]:
    """Read, clean and split the sources of a task and write `folder`; returns what task.json holds.

    Args:
        read: gives the records of a source, by the name of the split it serves.
        where: file and key of the task in the recipe, for errors.

    Raises:
        UserError: a record without the fields asked for, a malformed label or tag, an empty split (but for those of
            data that are only evaluated), or a tested label that training never shows.
    """
    removed: Counter[str] = Counter(dict.fromkeys(REASONS, 0))
    first: dict[str, str] = {}
    used: dict[str, Source] = {}
    files = SourceFiles()

    def load(part: str) -> list[Example] | None:
        source: Source | None = getattr(task.data, part)
        if source is None:
            return None
        used[part] = source
        records = files.noted(part, read(part, source))
        return examples(records, task, where=f"{where}.data.{part}", removed=removed, first=first)

    kind = types.load(task.type)
    counts = partial(kind.counts, task=task) if grouping.is_balanced(task) else None
    everything = load("all")
    if everything is not None:
        kept = splitting.distinct(everything, removed)
        grouping.assign([kept], task, where=where)
        splits = splitting.drawn(kept, task.split, counts=counts)
    else:
        train, validation, test = load("train"), load("validation"), load("test")
        grouping.assign([train or [], validation or [], test or []], task, where=where)
        splits = splitting.given(train or [], validation, test or [], task.split, removed, where=where, counts=counts)
    published = [*_published(splits)]  # all texts, not those alone that are drawn
    splits = kind.complete(splitting.limited(splits, task.limit, removed), task)
    for name in SPLITS if task.data.trained_on else ("test",):
        if not splits[name]:
            raise UserError(
                f"the {name} split is empty", where=where, expected="labelled examples in every split",
                hint=_left_out(removed, first),
            )  # fmt: skip
    kind.check(splits, task, where)
    labels = kind.labels(splits, task)
    information = {
        "title": task.title,
        "type": task.type,
        "material": task.material,
        "language": task.language,
        "metric": task.metric,
        "unit": task.own("unit"),
        "labels": labels,
        "counts": {name: len(splits[name]) for name in SPLITS},
        "label_counts": {name: dict(sorted(kind.counts(splits[name], task).items())) for name in SPLITS},
        "removed": dict(removed),
        "first_removed": first,
        **_relatives(splits, task),
        **_alike(splits, task),
        "licences": sorted({source.licence for source in used.values()}),
        "sources": [_source(part, source) for part, source in used.items()],
        "provenance": stamp(inputs=files.checksums() or None),
    }
    with atomic_folder(folder) as temporary:
        for name in SPLITS:
            _write(splits[name], kind, labels, temporary / f"{name}.parquet")
        if grouping.is_grouped(task.split):
            _write_groups(splits["test"], temporary / GROUPS)
        write_evaluation_texts(published, temporary / EVALUATION_TEXTS)
        write_json(temporary / "task.json", information)
    return information


def _published(splits: dict[str, list[Example]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Split and ways of writing of every validation and test text, second texts of pairs among them."""
    for name in EVALUATED:
        for example in splits[name]:
            yield name, ((example.text, example.written) if example.written else (example.text,))
            pair = example.parts.get("pair")
            if isinstance(pair, str) and pair:
                yield name, (pair,)


def read_task(folder: Path) -> PreparedTask:
    """The task that `prepare_task` wrote.

    Raises:
        UserError: it was not prepared yet.
    """
    if not (folder / "task.json").is_file():
        raise UserError(f"no task.json in {folder}", expected="a task prepared by `maskzoo tasks`")
    information = read_json(folder / "task.json")
    kind, labels = types.load(information["type"]), information["labels"]
    splits = {name: _read(folder / f"{name}.parquet", kind, labels) for name in SPLITS}
    parts = [sha256_of(folder / f"{name}.parquet") for name in SPLITS]
    parts += [information["type"], information["metric"], *labels]
    return PreparedTask(
        name=folder.name,
        type=information["type"],
        metric=information["metric"],
        labels=labels,
        sha256=hashlib.sha256("\0".join(parts).encode()).hexdigest(),
        material=information.get("material", "text"),
        unit=information.get("unit"),
        **splits,
    )


def _left_out(removed: Counter[str], first: dict[str, str]) -> str | None:
    """What was left out and why, with the first example of each reason that has one; None where nothing was."""
    parts = [
        f"{count:,} {reason.replace('_', ' ')}" + (f" (first {first[reason]})" if reason in first else "")
        for reason, count in removed.items()
        if count
    ]
    return f"left out: {', '.join(parts)}" if parts else None


def _relatives(splits: dict[str, list[Example]], task: Task) -> dict[str, Any]:
    """What the material can say of tested examples that have a near relative in training."""
    leaks = getattr(materials.load(task.material), "leaks", None)
    if leaks is None or not splits["train"]:
        return {}
    return {"relatives": leaks(*([example.text for example in splits[name]] for name in ("train", "test")))}


def _alike(splits: dict[str, list[Example]], task: Task) -> dict[str, Any]:
    """How many tested texts stand in training but for case, white space and final signs; not of letters with a meaning.

    Materials that can say what relatives are have no such texts: case is chemistry in SMILES.
    """
    if getattr(materials.load(task.material), "leaks", None) is not None:
        return {}
    trained = {_alike_key(example) for example in splits["train"]}
    found = [example for example in splits["test"] if _alike_key(example) in trained]
    return {"alike": {"test": len(found), "first": found[0].locator}} if found else {}


def _alike_key(example: Example) -> tuple[str, str]:
    pair = example.parts.get("pair")
    return alike(example.text), alike(pair) if isinstance(pair, str) else ""


def _source(part: str, source: Source) -> dict[str, Any]:
    """Where the examples came from, as far as the recipe says it."""
    values = source.model_dump(mode="json", exclude_none=True, exclude={"read"})
    return {"split": part, "url": source.url, "sha256": source.sha256, **values}


def _write(examples: Sequence[Example], kind: types.TaskType, labels: Sequence[str], path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns: dict[str, Any] = {
        "id": pa.array([example.id for example in examples], pa.string()),
        "text": pa.array([example.text for example in examples], pa.string()),
        **kind.columns(examples, labels),
    }
    pq.write_table(pa.table(columns), path, compression="zstd")


def _write_groups(examples: Sequence[Example], path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {key: pa.array([getattr(example, key) for example in examples]) for key in ("id", "group")}
    pq.write_table(pa.table(columns, pa.schema({key: pa.string() for key in columns})), path, compression="zstd")


def read_groups(folder: Path) -> dict[str, str]:
    """Of every tested example of a prepared task its group; empty where nothing groups them."""
    import pyarrow.parquet as pq

    if not (folder / GROUPS).is_file():
        return {}
    with reading(folder / GROUPS):
        columns = pq.read_table(folder / GROUPS).to_pydict()
    return dict(zip(columns["id"], columns["group"], strict=True))


def _read(path: Path, kind: types.TaskType, labels: Sequence[str]) -> Split:
    import pyarrow.parquet as pq

    with reading(path):
        columns = pq.read_table(path).to_pydict()
    gold, parts = kind.restore(columns, labels)
    return Split(columns["id"], columns["text"], gold, parts.pop("tokens", []), parts)
