"""Downstream tasks: data, columns, type, metric and split."""

from typing import Annotated, Literal

from pydantic import Field, PositiveFloat, model_validator

from maskzoo.recipe.source import Source
from maskzoo.recipe.strict import Strict

TaskType = Literal["sequence_classification", "token_classification"]
Metric = Literal["accuracy", "macro_f1", "entity_f1", "token_accuracy"]
METRICS_OF: dict[str, tuple[str, ...]] = {
    "sequence_classification": ("macro_f1", "accuracy"),
    "token_classification": ("entity_f1", "token_accuracy"),
}


class TaskData(Strict):
    """Either `all`, to be split by hash, or `train`, `test` and perhaps `validation` (else it is cut from train)."""

    all: Source | None = None
    train: Source | None = None
    validation: Source | None = None
    test: Source | None = None

    @model_validator(mode="after")
    def _complete(self) -> "TaskData":
        if self.all is not None:
            if self.train or self.validation or self.test:
                raise ValueError("`all` excludes train, validation and test")
        elif self.train is None or self.test is None:
            raise ValueError("give `all`, or `train` and `test`")
        return self


class TaskSplit(Strict):
    """Shares of examples by a hash of the example (or of its `group` field, so that a group stays on one side)."""

    validation: float = Field(default=0.15, gt=0, lt=0.5)
    test: float = Field(default=0.2, gt=0, lt=0.5)
    group: str | None = None


class Limit(Strict):
    """At most so many examples per split, drawn by hash: keeps a demo a demo."""

    train: int | None = Field(default=None, ge=1)
    validation: int | None = Field(default=None, ge=1)
    test: int | None = Field(default=None, ge=1)


class Finetuning(Strict):
    """Hyperparameters of fine-tuning; the best epoch is chosen on validation only."""

    epochs: int = Field(default=3, ge=1)
    batch_size: int = Field(default=16, ge=1)
    learning_rate: PositiveFloat | Annotated[tuple[PositiveFloat, ...], Field(min_length=1)] = Field(
        default=5e-5, description="of several, every model gets its best on validation, tried with the first seed"
    )
    weight_decay: float = Field(default=0.01, ge=0)
    warmup: float = Field(default=0.1, ge=0, lt=1)
    max_length: int = Field(default=128, ge=8, description="tokens; longer inputs are cut")

    class_weights: Literal["none", "balanced"] = Field(
        default="none",
        description="balanced: a class counts in inverse proportion to its share of training",
    )

    @property
    def learning_rates(self) -> tuple[float, ...]:
        """The rates to try; one is no choice."""
        return self.learning_rate if isinstance(self.learning_rate, tuple) else (self.learning_rate,)


class Task(Strict):
    """One labelled task of the domain."""

    title: str
    type: TaskType
    language: str | None = None
    data: TaskData
    label: str | None = Field(default=None, description="sequence_classification: the field that holds the label")
    label_pattern: str | None = Field(default=None, description="a regular expression whose first group is the label")
    labels: dict[str, str] = Field(default_factory=dict, description="raw label -> name; others keep their raw value")
    split: TaskSplit = TaskSplit()
    limit: Limit = Limit()
    metric: Metric
    finetuning: Finetuning = Finetuning()

    @model_validator(mode="after")
    def _fits(self) -> "Task":
        if self.metric not in METRICS_OF[self.type]:
            raise ValueError(f"metric {self.metric!r} does not fit {self.type}: {' or '.join(METRICS_OF[self.type])}")
        if self.type == "sequence_classification" and self.label is None:
            raise ValueError("sequence_classification needs `label`, the field that holds it")
        return self
