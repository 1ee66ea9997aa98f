"""One label an example: what classification of texts and of pairs of texts share."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field, model_validator

from maskzoo.documents.record import Record
from maskzoo.errors import UserError
from maskzoo.recipe.task import NonEmpty, Task
from maskzoo.tasks.common.cells import is_missing
from maskzoo.tasks.common.defaults import check_labels_known, everything
from maskzoo.tasks.common.task_model import TaskModel, refuse_one_label
from maskzoo.tasks.examples import Example, field_of, label_regex
from maskzoo.tasks.predictions import Predictions
from maskzoo.tasks.types import Splits

if TYPE_CHECKING:
    from maskzoo.recipe.finetuning import Finetuning
    from maskzoo.tasks.finetune_data import Encoded
    from maskzoo.tasks.task_data import PreparedTask, Split


WHOLE = re.compile(r"(-?(?:0|[1-9]\d*))\.0+")  # whole numbers as tables of numbers write them; not 01, which is a code
TRUTH = ("true", "false")
METRICS = ("macro_f1", "accuracy", "mcc", "roc_auc")
OPTIONS = ("label_smoothing", "class_weights", "head_epochs", "mixed")


class ClassSettings(Task):
    """A task whose examples have one label each."""

    label: NonEmpty | None = Field(default=None, description="the field that holds it")
    label_pattern: str | None = Field(default=None, description="a regular expression whose first group is the label")
    labels: dict[str, str] = Field(default_factory=dict, description="raw label -> name; others keep their raw value")

    @property
    def own_fields(self) -> Iterable[tuple[str, str | None]]:
        yield "label", self.label

    def check(self, where: str) -> None:
        """Refuse a pattern that is none, or has no group."""
        label_regex(self.label_pattern, where)

    @model_validator(mode="before")
    @classmethod
    def _one(cls, values: Any) -> Any:
        if isinstance(values, dict) and isinstance(values.get("label"), list | tuple):
            raise ValueError(f"{values.get('type')} has one `label`; several labels at a time are multi_label")
        return values


def class_name(raw: str, names: Mapping[str, str] | None = None) -> str:
    """The class that a cell names; "" where it says that there is none, as cells of numbers do (`N/A`, `nan`, `None`).

    Whole numbers are one class however they are written (`1`, `1.0`), and so are truth values (`True`, `true`). A cell
    that `names` has, as it stands, is named by it, whatever it looks like.
    """
    value, names = raw.strip(), names or {}
    if value in names:
        return names[value]
    if is_missing(value):
        return ""
    if match := WHOLE.fullmatch(value):
        value = match[1]
    elif value.lower() in TRUTH:
        value = value.lower()
    return names.get(value, value)


def label_of(record: Record, task: ClassSettings, where: str) -> str:
    """The label of a record, cut by the pattern and named by the mapping; "" where there is none.

    Raises:
        UserError: the field is missing, or the pattern does not match.
    """
    name = task.label
    assert name is not None, "checked when the recipe was read"
    value = field_of(record, name, f"{where}: label").strip()
    pattern = label_regex(task.label_pattern, where)
    if pattern is not None and (value in task.labels or not is_missing(value)):
        match = _search(pattern, value)
        if match is None:
            raise UserError(
                f"label_pattern {pattern.pattern!r} does not match {name} {value!r}",
                where=f"{where} ({record.locator})",
                expected="a pattern whose first group is the label",
            )
        value = match
    return class_name(value, task.labels)


def _search(pattern: re.Pattern[str], value: str) -> str | None:
    match = pattern.search(value)
    return None if match is None else match.group(1)


def labels(splits: Splits, task: Task) -> list[str]:
    """All classes, sorted."""
    return sorted({example.gold for example in everything(splits)})


def counts(examples: Sequence[Example], task: Task) -> Counter[str]:
    """Examples of every class."""
    return Counter(example.gold for example in examples)


def check(splits: Splits, task: Task, where: str) -> None:
    """Every tested class is among the training examples."""
    check_labels_known({name: counts(examples, task) for name, examples in splits.items()}, where)


def columns(examples: Sequence[Example], labels: Sequence[str]) -> dict[str, Any]:
    """The column `label`."""
    import pyarrow as pa

    return {"label": pa.array([example.gold for example in examples], pa.string())}


def restore(columns: Mapping[str, list[Any]], labels: Sequence[str]) -> tuple[list[str], dict[str, Any]]:
    """Labels as gold."""
    return columns["label"], {}


def prediction_columns(split: "Split", predictions: Predictions) -> dict[str, Any]:
    """gold, predicted, the probability of what was predicted, and of every label where the model gives it."""
    import pyarrow as pa

    found = {
        "gold": pa.array(split.gold, pa.string()),
        "predicted": pa.array(list(predictions.predicted), pa.string()),
        "probability": pa.array(list(predictions.probability), pa.float32()),
    }
    if predictions.scores is not None:
        rows = [[float(score) for score in row] for row in predictions.scores]
        found["scores"] = pa.array(rows, pa.list_(pa.float64()))
    return found


def references(gold: Sequence[str], labels: Sequence[str], reads: str) -> Any:
    """Labels; for metrics that read scores 1 in the column of the label, else 0, `(examples, labels)`."""
    if reads == "predicted":
        return gold
    import numpy as np

    return (np.asarray(gold)[:, None] == np.asarray(labels)[None, :]).astype(np.float64)


class ClassModel(TaskModel):
    """A softmax over the labels on top of the encoder's summary of the text."""

    def __init__(self, task: "PreparedTask") -> None:
        refuse_one_label(task)
        super().__init__(task)

    def model(self, checkpoint: Path) -> Any:
        """The checkpoint under a new head, told that each example has one class."""
        from transformers import AutoModelForSequenceClassification

        return self.with_head(AutoModelForSequenceClassification, checkpoint, problem="single_label_classification")

    def targets(self, split: "Split") -> list[Any]:
        """The class of every example."""
        classes = {label: number for number, label in enumerate(self.task.labels)}
        return [classes[label] for label in split.gold]

    def loss(self, train: "Encoded", settings: "Finetuning") -> Any:
        """The model's own cross-entropy, unless classes are to weigh the same together or are smoothed."""
        from maskzoo.tasks.losses import class_loss

        balanced, smoothing = settings.class_weights == "balanced", settings.label_smoothing
        if not balanced and not smoothing:
            return None
        return class_loss(train.labels, len(self.task.labels), balanced=balanced, smoothing=smoothing)

    def decode(self, logits: list[Any], split: "Split", encoded: "Encoded") -> Predictions:
        """The label with the largest logit, its probability, and those of all labels."""
        from scipy.special import softmax

        shares = [softmax(row) for row in logits]
        predicted = [self.task.labels[int(row.argmax())] for row in shares]
        return Predictions(predicted, [float(row.max()) for row in shares], shares)
