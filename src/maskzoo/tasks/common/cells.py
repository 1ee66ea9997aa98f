"""Cells of a table of targets: one column a target, or one record a cell; empty ones are missing values."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field, model_validator

from maskzoo.documents.record import Record
from maskzoo.errors import UserError
from maskzoo.recipe.task import NonEmpty, Task
from maskzoo.strict import Strict
from maskzoo.tasks.examples import Example, Reading, field_of

MISSING = frozenset({"", "na", "n/a", "nan", "none", "null"})
# what a cell holds: its value, and on which side of it the true one lies (-1 at most, 1 at least, 0 it is exact)
Cell = tuple[float, int]


class Pivot(Strict):
    """A long table: one record a cell. Records of the same `id` are one example, whose text is that of the first."""

    id: str = Field(description="the field that says which records belong together")
    label: str = Field(description="the field that names the label or target")
    value: str | None = Field(
        default=None, description="the field that holds the value; without one a record says that its label applies"
    )


class TargetSettings(Task):
    """A task whose records have a field a target."""

    label: NonEmpty | Annotated[tuple[NonEmpty, ...], Field(min_length=1)] | None = Field(
        default=None, description="the field or the fields that hold the values"
    )

    @property
    def targets(self) -> tuple[str, ...]:
        """The fields of `label`, in their order."""
        return self.label if isinstance(self.label, tuple) else (self.label,) if self.label is not None else ()

    @property
    def own_fields(self) -> Iterable[tuple[str, str | None]]:
        yield from (("label", name) for name in self.targets)

    def named(self, raw: str) -> str:
        """What a target is called whose field, or whose cell of a long table, says `raw`."""
        return raw


class CellSettings(TargetSettings):
    """A task whose records have a field a target, or a record a value."""

    pivot: Pivot | None = Field(default=None, description="instead of `label`, for tables with a row a value")

    @property
    def own_fields(self) -> Iterable[tuple[str, str | None]]:
        yield from super().own_fields
        if self.pivot is not None:
            yield from (
                ("pivot.id", self.pivot.id), ("pivot.label", self.pivot.label), ("pivot.value", self.pivot.value)
            )  # fmt: skip

    @model_validator(mode="after")
    def _either(self) -> "CellSettings":
        if (self.label is None) == (self.pivot is None):
            raise ValueError(f"{self.type} needs either `label`, the field or fields that hold the values, or `pivot`")
        if len(set(self.targets)) < len(self.targets):
            raise ValueError("`label` names a field twice")
        return self


Parse = Callable[[Record, str, str, Any, str], Cell]


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is no value."""
    return cell.strip().lower() in MISSING


def across(record: Record, task: TargetSettings, parse: Parse, *, where: str) -> Reading | None:
    """The targets of a record with a column each; None where all are missing.

    Args:
        parse: record, name of the field, its value, task, where -> cell.
    """
    cells = {}
    for name in task.targets:
        value = field_of(record, name, f"{where}: label")
        if not is_missing(value):
            cells[task.named(name)] = parse(record, name, value, task, where)
    return Reading(cells) if cells else None


def pivoted(
    records: Iterable[Record], task: CellSettings, parse: Parse, *, where: str
) -> Iterator[tuple[Record, Reading | None]]:
    """Records of the same id together, in the order of the first: (first record, its cells).

    Of two records that give the same target a value the first counts; the others are told as `repeated`.
    """
    assert task.pivot is not None
    pivot = task.pivot
    first: dict[str, Record] = {}
    cells: dict[str, dict[str, Cell]] = {}
    repeated: dict[str, int] = {}
    for record in records:
        key = field_of(record, pivot.id, f"{where}: pivot.id")
        first.setdefault(key, record)
        held = cells.setdefault(key, {})
        label = field_of(record, pivot.label, f"{where}: pivot.label").strip()
        value = "1" if pivot.value is None else field_of(record, pivot.value, f"{where}: pivot.value")
        if not label or is_missing(value):
            continue
        label = task.named(label)
        if label in held:
            repeated[key] = repeated.get(key, 0) + 1
        else:
            held[label] = parse(record, pivot.value or pivot.label, value, task, where)
    for key, record in first.items():
        yield record, Reading(cells[key], repeated=repeated.get(key, 0)) if cells[key] else None


def number(record: Record, name: str, value: str, where: str) -> float:
    """A cell as a finite number.

    Raises:
        UserError: it is none.
    """
    try:
        found = float(value)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise UserError(
            f"{name} is {value!r}",
            where=f"{where} ({record.locator})",
            expected="a number, or nothing where it is missing",
        )
    return found


def matrix(rows: Sequence[Mapping[str, Cell]], labels: Sequence[str], place: int) -> Any:
    """Values (place 0) or sides (1) of cells as an array (examples, labels); NaN where there is no cell."""
    import numpy as np

    return np.array([[row[label][place] if label in row else np.nan for label in labels] for row in rows], dtype=float)


def names(splits: Mapping[str, Sequence[Example]], task: TargetSettings) -> list[str]:
    """Targets in the order of the recipe; where they come from a long table, sorted."""
    if task.own("pivot") is None:
        return [task.named(name) for name in task.targets]
    return sorted({label for examples in splits.values() for example in examples for label in example.gold})


def as_lists(values: Any) -> Any:
    """A pyarrow column of rows of numbers, null for NaN."""
    import numpy as np
    import pyarrow as pa

    rows = [[None if np.isnan(value) else float(value) for value in row] for row in values]
    return pa.array(rows, pa.list_(pa.float64()))


def as_matrix(rows: Sequence[Sequence[float | None]], width: int) -> Any:
    """The array behind `as_lists`, (examples, width)."""
    import numpy as np

    return np.array(rows, dtype=np.float64).reshape(len(rows), width)
