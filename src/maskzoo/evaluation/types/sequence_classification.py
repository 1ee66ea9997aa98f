"""One label a text: topics, types of clauses, whether a peptide kills bacteria."""

from maskzoo.corpus.record import Record
from maskzoo.evaluation.examples import Reading
from maskzoo.evaluation.task_data import PreparedTask
from maskzoo.evaluation.types._classes import (
    ClassTuner,
    check,
    columns,
    counts,
    label_of,
    labels,
    prediction_columns,
    references,
    restore,
)
from maskzoo.evaluation.types._defaults import complete
from maskzoo.recipe.task import Task

__all__ = [
    "HUB_TASK",
    "check",
    "columns",
    "complete",
    "counts",
    "labels",
    "prediction_columns",
    "read",
    "references",
    "restore",
    "tuner",
]

HUB_TASK = "text-classification"


def read(record: Record, task: Task, *, where: str) -> Reading | None:
    """The label of a record."""
    label = label_of(record, task, where)
    return Reading(label) if label else None


def tuner(task: PreparedTask) -> ClassTuner:
    """A softmax over the labels."""
    return ClassTuner(task)
