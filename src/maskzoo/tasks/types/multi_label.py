"""Several labels an example, each there or not there, or unknown: toxicity in a dozen assays, topics of a comment.

An unknown label costs nothing in training, and is skipped by every metric.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, model_validator

from maskzoo.documents.record import Record
from maskzoo.errors import UserError
from maskzoo.recipe.task import NonEmpty
from maskzoo.tasks.common import cells
from maskzoo.tasks.common.task_model import TaskModel
from maskzoo.tasks.examples import Example, Reading
from maskzoo.tasks.predictions import Predictions
from maskzoo.tasks.task_data import PreparedTask, Split
from maskzoo.tasks.types import Splits

if TYPE_CHECKING:
    from maskzoo.recipe.finetuning import Finetuning
    from maskzoo.tasks.finetune_data import Encoded

METRICS = ("roc_auc", "average_precision", "label_f1")
OPTIONS = ("head_epochs",)
HUB_TASK = "text-classification"
VALUES = {"0": 0, "1": 1, "0.0": 0, "1.0": 1, "false": 0, "true": 1, "no": 0, "yes": 1}


class Settings(cells.CellSettings):
    """Several labels a text, each there or not."""

    label: Annotated[tuple[NonEmpty, ...], Field(min_length=1)] | None = Field(
        default=None, description="fields of 0, 1 or nothing (missing)"
    )
    labels: dict[str, str] = Field(default_factory=dict, description="raw label -> name; others keep their raw value")

    def named(self, raw: str) -> str:
        """As `labels` has it."""
        return self.labels.get(raw, raw)

    @model_validator(mode="before")
    @classmethod
    def _several(cls, values: Any) -> Any:
        if isinstance(values, dict) and isinstance(values.get("label"), str):
            raise ValueError(
                "multi_label needs a list of fields as `label`; one label alone is sequence_classification"
            )
        return values


def read(record: Record, task: Settings, *, where: str) -> Reading | None:
    """The known labels of a record; None where all are missing.

    Raises:
        UserError: a cell that is neither 0 nor 1 nor empty.
    """
    return cells.across(record, task, _parsed, where=where)


def read_pivot(records: Iterable[Record], task: Settings, *, where: str) -> Iterator[tuple[Record, Reading | None]]:
    """The labels of every example of a long table."""
    return cells.pivoted(records, task, _parsed, where=where)


def _parsed(record: Record, name: str, value: str, task: Settings, where: str) -> cells.Cell:
    found = VALUES.get(value.strip().lower())
    if found is None:
        raise UserError(
            f"{name} is {value!r}", where=f"{where} ({record.locator})", expected="0, 1, or nothing where it is missing"
        )
    return float(found), 0


def complete(splits: dict[str, list[Example]], task: Settings) -> dict[str, list[Example]]:
    """In a long table without values a label that an example does not have is a 0, not unknown."""
    if task.pivot is not None and task.pivot.value is None:
        absent = dict.fromkeys(labels(splits, task), (0.0, 0))
        for examples in splits.values():
            for example in examples:
                example.gold = absent | example.gold
    return splits


def labels(splits: Splits, task: Settings) -> list[str]:
    """The fields of `label` in their order; of a long table all labels, sorted."""
    return cells.names(splits, task)


def counts(examples: Sequence[Example], task: Settings) -> Counter[str]:
    """Examples that have each label."""
    return Counter(label for example in examples for label, (value, _) in example.gold.items() if value)


def check(splits: Splits, task: Settings, where: str) -> None:
    """Every label is known for some training examples, and some label splits validation and test in two classes.

    Raises:
        UserError: names the label, or the split.
    """
    for label in labels(splits, task):
        if not any(label in example.gold for example in splits["train"]):
            raise UserError(f"label {label!r} has no value in the train split", where=where, expected="0 or 1 for some")
    for name in ("validation", "test"):
        seen = {(label, value) for example in splits[name] for label, (value, _) in example.gold.items()}
        if not any((label, 0.0) in seen and (label, 1.0) in seen for label in labels(splits, task)):
            raise UserError(
                f"no label has both 0 and 1 in the {name} split", where=where, expected="examples with and without it"
            )


def columns(examples: Sequence[Example], labels: Sequence[str]) -> dict[str, Any]:
    """The column `labels`: a list of 0, 1 or null an example, in the order of the task's labels."""
    return {"labels": cells.as_lists(cells.matrix([example.gold for example in examples], labels, 0))}


def restore(columns: Mapping[str, list[Any]], labels: Sequence[str]) -> tuple[Any, dict[str, Any]]:
    """(examples, labels) of 0, 1 and NaN where a label is unknown."""
    return cells.as_matrix(columns["labels"], len(labels)), {}


def prediction_columns(split: Split, predictions: Predictions) -> dict[str, Any]:
    """gold and predicted (0, 1 or null), and the probability of every label as scores: a list an example."""
    import numpy as np

    return {
        "gold": cells.as_lists(split.gold),
        "predicted": cells.as_lists(np.asarray(predictions.predicted, dtype=np.float64)),
        "scores": cells.as_lists(np.asarray(predictions.scores, dtype=np.float64)),
    }


def references(gold: Any, labels: Sequence[str], reads: str) -> Any:
    """(examples, labels), NaN where a label is unknown."""
    return cells.as_matrix(gold, len(labels))


def task_model(task: PreparedTask) -> "MultiLabelModel":
    """A sigmoid a label."""
    return MultiLabelModel(task)


class MultiLabelModel(TaskModel):
    """A sigmoid a label on top of the encoder's summary of the text."""

    EXACT = True

    def model(self, checkpoint: Path) -> Any:
        """The checkpoint under a new head with an output a label."""
        from transformers import AutoModelForSequenceClassification

        return self.with_head(AutoModelForSequenceClassification, checkpoint, problem="multi_label_classification")

    def targets(self, split: Split) -> list[Any]:
        """Rows of 0, 1 and NaN."""
        return list(split.gold)

    def loss(self, train: "Encoded", settings: "Finetuning") -> Any:
        """Binary cross-entropy over the known labels."""
        from maskzoo.tasks.losses import masked_binary_loss

        return masked_binary_loss

    def decode(self, logits: list[Any], split: Split, encoded: "Encoded") -> Predictions:
        """Labels with a probability of at least one half, and all probabilities."""
        import numpy as np
        from scipy.special import expit

        scores = expit(np.stack(logits).astype(np.float64))
        return Predictions((scores >= 0.5).astype(np.float64), scores=scores)
