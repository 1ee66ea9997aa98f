"""Task types, one module each, found by its name: how examples are read, stored, learnt, answered and written down.

Adding a type is adding a module here and its row in `maskzoo.recipe.task`. No module imports torch, pyarrow or
scikit-learn before a function needs it: reading a recipe and fitting a baseline must stay quick.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, cast

from maskzoo import registry

if TYPE_CHECKING:
    from maskzoo.documents.record import Record
    from maskzoo.recipe.task import Task
    from maskzoo.tasks.common.task_model import TaskModel
    from maskzoo.tasks.examples import Example, Reading
    from maskzoo.tasks.predictions import Predictions
    from maskzoo.tasks.task_data import PreparedTask, Split

Splits = Mapping[str, "Sequence[Example]"]


class TaskType(Protocol):
    """What a module of this package offers. `maskzoo.tasks.common` has what several types share.

    Attributes:
        HUB_TASK: what the Hub calls such tasks, for the metadata of cards.
    """

    HUB_TASK: str

    def read(self, record: "Record", task: "Task", *, where: str) -> "Reading | None":
        """The labelled content of a record; None where it has no label.

        Raises:
            UserError: a field that is missing or holds something else than the type takes.
        """

    def read_pivot(
        self, records: "Iterable[Record]", task: "Task", *, where: str
    ) -> "Iterator[tuple[Record, Reading | None]]":
        """Types with `pivot` alone: examples out of a long table, each with the first of its records."""

    def complete(self, splits: "dict[str, list[Example]]", task: "Task") -> "dict[str, list[Example]]":
        """The splits after drawing and limiting, with whatever can only be made within a split."""

    def labels(self, splits: Splits, task: "Task") -> list[str]:
        """Names of classes, tags or targets; their order is that of numbers and columns."""

    def counts(self, examples: "Sequence[Example]", task: "Task") -> Counter[str]:
        """How often each label occurs."""

    def check(self, splits: Splits, task: "Task", where: str) -> None:
        """Refuse splits that nothing can be learnt from or measured on.

        Raises:
            UserError: names the label.
        """

    def columns(self, examples: "Sequence[Example]", labels: Sequence[str]) -> dict[str, Any]:
        """The columns of a split's Parquet file beside id and text, as pyarrow arrays."""

    def restore(self, columns: Mapping[str, list[Any]], labels: Sequence[str]) -> tuple[Any, dict[str, Any]]:
        """`Split.gold` and `Split.parts` from those columns."""

    def prediction_columns(self, split: "Split", predictions: "Predictions") -> dict[str, Any]:
        """The columns of predictions.parquet beside seed and id, among them gold and predicted."""

    def references(self, gold: Any, labels: Sequence[str], reads: str) -> Any:
        """What metrics are held against, from `Split.gold` or the gold column of predictions.parquet.

        Args:
            reads: `predicted` or `scores`: which side of the predictions the metric reads.
        """

    def task_model(self, task: "PreparedTask") -> "TaskModel":
        """The type's model on a task: head, encoding, loss, answers."""


def load(name: str) -> TaskType:
    """The task type of that name.

    Raises:
        UserError: no such type; names the nearest one.
    """
    return cast(TaskType, registry.load("tasks", name))
