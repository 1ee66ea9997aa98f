"""One label a text: topics, types of clauses, whether a peptide kills bacteria."""

from pydantic import Field

from maskzoo.documents.record import Record
from maskzoo.recipe.task import NonEmpty
from maskzoo.tasks.common.classes import (
    METRICS,
    OPTIONS,
    ClassModel,
    ClassSettings,
    check,
    columns,
    counts,
    label_of,
    labels,
    prediction_columns,
    references,
    restore,
)
from maskzoo.tasks.common.defaults import complete
from maskzoo.tasks.examples import Reading
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
    "references",
    "restore",
    "task_model",
]

HUB_TASK = "text-classification"


class Settings(ClassSettings):
    """One label a text."""

    label: NonEmpty = Field(description="the field that holds it")


def read(record: Record, task: Settings, *, where: str) -> Reading | None:
    """The label of a record."""
    label = label_of(record, task, where)
    return Reading(label) if label else None


def task_model(task: PreparedTask) -> ClassModel:
    """A softmax over the labels."""
    return ClassModel(task)
