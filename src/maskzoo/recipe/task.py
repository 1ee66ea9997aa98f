"""Downstream tasks: data, columns, type, metric and split."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from maskzoo.recipe.curation import MaterialName
from maskzoo.recipe.finetuning import Finetuning
from maskzoo.recipe.source import Source
from maskzoo.recipe.strict import Strict

TaskType = Literal[
    "sequence_classification",
    "multi_label",
    "regression",
    "token_classification",
    "pair_classification",
    "retrieval",
    "cloze",
]
Metric = Literal[
    "macro_f1",
    "accuracy",
    "mcc",
    "roc_auc",
    "average_precision",
    "label_f1",
    "spearman",
    "rmse",
    "mae",
    "smape",
    "r2",
    "entity_f1",
    "token_accuracy",
    "token_macro_f1",
    "mrr",
    "recall_at_1",
    "recall_at_10",
    "cloze_accuracy",
    "cloze_perplexity",
]
_CLASSES = ("macro_f1", "accuracy", "mcc", "roc_auc")
METRICS_OF: dict[str, tuple[str, ...]] = {
    "sequence_classification": _CLASSES,
    "multi_label": ("roc_auc", "average_precision", "label_f1"),
    "regression": ("spearman", "rmse", "mae", "smape", "r2"),
    "token_classification": ("entity_f1", "token_accuracy", "token_macro_f1"),
    "pair_classification": _CLASSES,
    "retrieval": ("mrr", "recall_at_1", "recall_at_10"),
    "cloze": ("cloze_accuracy", "cloze_perplexity"),
}
LOWER_IS_BETTER = frozenset({"rmse", "mae", "smape", "cloze_perplexity"})
# keys that only some types use: key -> those types
TYPES_OF: dict[str, tuple[str, ...]] = {
    "label": ("sequence_classification", "multi_label", "regression", "pair_classification"),
    "label_pattern": ("sequence_classification", "pair_classification"),
    "labels": ("sequence_classification", "multi_label", "token_classification", "pair_classification"),
    "pivot": ("multi_label", "regression"),
    "unit": ("regression",),
    "transform": ("regression",),
    "censored": ("regression",),
    "tokens_are": ("token_classification",),
    "ignore": ("token_classification",),
    "mask": ("token_classification",),
    "pair": ("pair_classification", "retrieval", "cloze"),
    "negatives": ("pair_classification",),
    "spans": ("cloze",),
}
NonEmpty = Annotated[str, StringConstraints(min_length=1)]


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
    """Shares of examples by a hash of the example, or by its group, so that a group stays on one side.

    Groups are the values of a field (`group`) or what the material computes from the text (`by`). They are sorted by
    size and the largest go to training, as in the scaffold splits of MoleculeNet: the test set holds the rare ones.
    Given splits in which one group stands on two sides are refused.
    """

    validation: float = Field(default=0.15, gt=0, lt=0.5)
    test: float = Field(default=0.2, gt=0, lt=0.5)
    group: str | None = Field(default=None, description="a field whose value must stay on one side")
    by: str | None = Field(
        default=None, description="a grouping of the material: smiles has scaffold, protein has identity"
    )

    @model_validator(mode="after")
    def _one(self) -> "TaskSplit":
        if self.group is not None and self.by is not None:
            raise ValueError("`group` and `by` both say what stays on one side: give one")
        return self


class Pivot(Strict):
    """A long table: one record a cell. Records of the same `id` are one example, whose text is that of the first."""

    id: str = Field(description="the field that says which records belong together")
    label: str = Field(description="the field that names the label or target")
    value: str | None = Field(
        default=None, description="the field that holds the value; without one a record says that its label applies"
    )


class Make(Strict):
    """Examples made from documents by a maker of the task's material, where no labelled ones are published.

    Documents are chosen by a hash, so that a corpus from the same source loses whole documents to the test, not bits.
    """

    maker: str = Field(description="code: cloze (one token of a function is hidden; fields spans and file)")
    share: float = Field(default=0.1, gt=0, le=1, description="of the documents")
    each: int = Field(default=4, ge=1, description="examples a document, at most")
    max_characters: int = Field(default=600, ge=50, description="longer pieces are not used")


class Limit(Strict):
    """At most so many examples per split, drawn by hash: keeps a demo a demo."""

    train: int | None = Field(default=None, ge=1)
    validation: int | None = Field(default=None, ge=1)
    test: int | None = Field(default=None, ge=1)


class Task(Strict):
    """One labelled task of the domain. Keys that the type does not use are refused."""

    title: str
    type: TaskType
    language: str | None = None
    make: Make | None = Field(default=None, description="examples are made from the documents of the sources")
    material: MaterialName = Field(default="text", description="what the texts are made of (default: the corpus's)")
    data: TaskData
    label: NonEmpty | Annotated[tuple[NonEmpty, ...], Field(min_length=1)] | None = Field(
        default=None,
        description="the field that holds the label; multi_label: fields of 0, 1 or nothing (missing); regression: one "
        "field or several of numbers or nothing",
    )
    label_pattern: str | None = Field(default=None, description="a regular expression whose first group is the label")
    labels: dict[str, str] = Field(default_factory=dict, description="raw label -> name; others keep their raw value")
    pivot: Pivot | None = Field(
        default=None, description="multi_label, regression: instead of `label`, for tables with a row a value"
    )
    unit: str | None = Field(default=None, description="regression, needed: the unit that errors are reported in")
    transform: Literal["none", "log10"] = Field(
        default="none",
        description="regression: applied to the values as read, before all else; `unit` is that of the result",
    )
    censored: str | None = Field(
        default=None,
        description="regression: a field with <, > or =; a value that is only a bound is trained on by a one-sided "
        "loss and left out of the metrics",
    )
    tokens_are: Literal["words", "residues"] = Field(
        default="words", description="token_classification: residues: characters joined without spaces, a tag each"
    )
    ignore: tuple[str, ...] = Field(
        default=(),
        description="token_classification: tags left out of loss and metrics, such as those of unseen residues",
    )
    mask: str | None = Field(
        default=None,
        description="token_classification: a field with 1 (counts) or 0 (left out) for every residue or word",
    )
    pair: str | None = Field(
        default=None,
        description="pair_classification, retrieval, needed: the field that holds the second text; cloze: one that is "
        "joined to the end of the text and hidden whole, as a binder after its target",
    )
    negatives: int = Field(
        default=0,
        ge=0,
        description="pair_classification: records are all pairs; for each so many non-pairs are made within its split",
    )
    spans: str | None = Field(
        default=None,
        description="cloze, unless there is a `pair`: a field with a JSON list of [start, end, kind], in characters",
    )
    split: TaskSplit = TaskSplit()
    limit: Limit = Limit()
    metric: Metric
    finetuning: Finetuning = Finetuning()

    @property
    def lower_is_better(self) -> bool:
        """Whether the metric is an error or a perplexity."""
        return self.metric in LOWER_IS_BETTER

    @property
    def targets(self) -> tuple[str, ...]:
        """The fields of `label`, in their order."""
        return self.label if isinstance(self.label, tuple) else (self.label,) if self.label is not None else ()

    @property
    def wanted_fields(self) -> list[tuple[str, str]]:
        """(key of the recipe, field) for every field that records of the task must have."""
        pivot = self.pivot
        found = [
            *(("label", name) for name in self.targets),
            *((f"pivot.{key}", getattr(pivot, key)) for key in ("id", "label", "value") if pivot is not None),
            *((key, getattr(self, key)) for key in ("pair", "censored", "mask", "spans")),
            ("split.group", self.split.group),
        ]
        return [(key, name) for key, name in found if name is not None]

    @model_validator(mode="after")
    def _fits(self) -> "Task":
        if self.metric not in METRICS_OF[self.type]:
            raise ValueError(f"metric {self.metric!r} does not fit {self.type}: {' or '.join(METRICS_OF[self.type])}")
        for key, types in TYPES_OF.items():
            if self.type not in types and getattr(self, key) != type(self).model_fields[key].get_default(
                call_default_factory=True
            ):
                raise ValueError(f"`{key}` is for {' or '.join(types)}, not for {self.type}")
        return self

    @model_validator(mode="after")
    def _complete(self) -> "Task":
        needed = {
            "sequence_classification": ("label", "the field that holds it"),
            "regression": ("unit", "such as `log10 mol/L`: errors are reported in it"),
            "pair_classification": ("pair", "the field that holds the second text"),
            "retrieval": ("pair", "the field that holds the text to be found"),
        }
        if self.type in needed and not getattr(self, needed[self.type][0]):
            key, meaning = needed[self.type]
            raise ValueError(f"{self.type} needs `{key}`, {meaning}")
        if self.type in ("multi_label", "regression") and (self.label is None) == (self.pivot is None):
            raise ValueError(f"{self.type} needs either `label`, the field or fields that hold the values, or `pivot`")
        if self.type == "cloze" and (self.spans is None) == (self.pair is None):
            raise ValueError(
                "cloze needs either `spans`, what is hidden of the text, or `pair`, what is hidden after it"
            )
        if self.type in ("sequence_classification", "pair_classification") and isinstance(self.label, tuple):
            raise ValueError(f"{self.type} has one `label`; several labels at a time are multi_label")
        if self.type == "multi_label" and isinstance(self.label, str):
            raise ValueError(
                "multi_label needs a list of fields as `label`; one label alone is sequence_classification"
            )
        if len(set(self.targets)) < len(self.targets):
            raise ValueError("`label` names a field twice")
        if self.type == "regression" and self.pivot is not None and self.pivot.value is None:
            raise ValueError("regression needs `pivot.value`, the field that holds the number")
        if self.type == "pair_classification" and (self.label is None) == (self.negatives == 0):
            raise ValueError("pair_classification needs either `label` or `negatives`, where all records are pairs")
        if self.tokens_are == "residues" and self.metric == "entity_f1":
            raise ValueError("metric entity_f1 is for words; residues have token_accuracy or token_macro_f1")
        objection = self.finetuning.objection(self.type)
        if objection is not None:
            raise ValueError(f"finetuning.{objection}")
        return self
