"""Numbers: solubilities, melting points, binding affinities, story points; one target or several, some values missing.

Values are reported in the task's unit. Training standardises each target by mean and standard deviation of the training
examples. A value that is only a bound (censored: `>` 50,000 nM) is learnt one-sidedly, and is no part of any metric.
"""

import math
from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from maskzoo.documents.record import Record
from maskzoo.errors import UserError
from maskzoo.recipe.task import NonEmpty
from maskzoo.tasks.common import cells
from maskzoo.tasks.common.defaults import complete
from maskzoo.tasks.common.numbers import (
    RegressionModel,
    check,
    columns,
    counts,
    labels,
    prediction_columns,
    references,
    restore,
)
from maskzoo.tasks.examples import Reading, field_of
from maskzoo.tasks.task_data import PreparedTask

__all__ = [
    "HUB_TASK",
    "METRICS",
    "OPTIONS",
    "Settings",
    "check",
    "columns",
    "complete",
    "counts",
    "labels",
    "prediction_columns",
    "read",
    "read_pivot",
    "references",
    "restore",
    "task_model",
]

METRICS = ("spearman", "rmse", "mae", "smape", "r2")
OPTIONS = ("head_epochs",)
HUB_TASK = "text-classification"  # the Hub has no name of its own for regression on text
SIDES = {"<": -1, "<=": -1, "≤": -1, ">": 1, ">=": 1, "≥": 1, "=": 0, "": 0}


class Settings(cells.CellSettings):
    """A number a text and target."""

    label: NonEmpty | Annotated[tuple[NonEmpty, ...], Field(min_length=1)] | None = Field(
        default=None, description="one field or several of numbers or nothing (missing)"
    )
    unit: NonEmpty = Field(description="such as `log10 mol/L`: errors are reported in it")
    transform: Literal["none", "log10"] = Field(
        default="none", description="applied to the values as read, before all else; `unit` is that of the result"
    )
    censored: str | None = Field(
        default=None,
        description="a field with <, > or =; a value that is only a bound is trained on by a one-sided loss and left "
        "out of the metrics",
    )

    @property
    def own_fields(self) -> Iterable[tuple[str, str | None]]:
        yield from super().own_fields
        yield "censored", self.censored

    @model_validator(mode="after")
    def _measured(self) -> "Settings":
        if self.pivot is not None and self.pivot.value is None:
            raise ValueError("regression needs `pivot.value`, the field that holds the number")
        return self


def read(record: Record, task: Settings, *, where: str) -> Reading | None:
    """The values of a record, and which of them are bounds; None where all are missing.

    Raises:
        UserError: a value that is no number, or has no logarithm; a mark of censoring that is none.
    """
    return cells.across(record, task, _parsed, where=where)


def read_pivot(records: Iterable[Record], task: Settings, *, where: str) -> Iterator[tuple[Record, Reading | None]]:
    """The values of every example of a long table."""
    return cells.pivoted(records, task, _parsed, where=where)


def _parsed(record: Record, name: str, value: str, task: Settings, where: str) -> cells.Cell:
    found, side = cells.number(record, name, value, where), 0
    if task.transform == "log10":
        if found <= 0:
            raise UserError(
                f"{name} is {value!r}, which has no logarithm",
                where=f"{where} ({record.locator})",
                expected="numbers above 0 for transform log10",
            )
        found = math.log10(found)
    if task.censored is not None:
        mark = field_of(record, task.censored, f"{where}: censored").strip()
        if mark not in SIDES:
            raise UserError(f"{task.censored} is {mark!r}", where=f"{where} ({record.locator})", expected="<, > or =")
        side = SIDES[mark]
    return found, side


def task_model(task: PreparedTask) -> RegressionModel:
    """A linear output a target."""
    return RegressionModel(task)
