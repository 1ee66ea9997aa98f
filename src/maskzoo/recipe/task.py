"""Downstream tasks: data, type, metric and split; what a type asks beside them, its module says.

A module of `maskzoo.tasks.types` has `Settings`, a `Task` with the keys of its own. No module of a metric is read here:
a type names those that it takes, and a metric of somebody else's package the types that it fits.
"""

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import (
    Field,
    ModelWrapValidatorHandler,
    SerializeAsAny,
    StringConstraints,
    ValidationError,
    model_validator,
)

from maskzoo import registry
from maskzoo.recipe.curation import MaterialName
from maskzoo.recipe.finetuning import Finetuning
from maskzoo.recipe.source import Source
from maskzoo.strict import Strict

NonEmpty = Annotated[str, StringConstraints(min_length=1)]


class TaskData(Strict):
    """Either `all`, to be split by hash, or `train`, `test` and perhaps `validation` (else it is cut from train).

    Without `train` models are asked as they were pretrained, which some types allow.
    """

    all: Source | None = None
    train: Source | None = None
    validation: Source | None = None
    test: Source | None = None

    @model_validator(mode="after")
    def _complete(self) -> "TaskData":
        if self.all is not None:
            if self.train or self.validation or self.test:
                raise ValueError("`all` excludes train, validation and test")
        elif self.test is None:
            raise ValueError("give `all`, or `train` and `test`")
        return self

    @property
    def trained_on(self) -> bool:
        """Whether there is anything to learn from."""
        return self.all is not None or self.train is not None


class TaskSplit(Strict):
    """Shares of examples by a hash of the example, or by its group, so that a group stays on one side.

    Groups are the values of a field (`group`) or what the material computes from the text (`by`). Those of
    molecules and sequences are sorted by size and the largest go to training, as in the scaffold splits of MoleculeNet:
    the test set holds the rare ones. Groups of texts and code are spread so that sizes and labels are alike on all
    sides. Given splits in which one group stands on two sides are refused.
    """

    validation: float = Field(default=0.15, gt=0, lt=0.5)
    test: float = Field(default=0.2, gt=0, lt=0.5)
    group: str | None = Field(default=None, description="a field whose value must stay on one side")
    by: str | None = Field(
        default=None, description="a grouping of the material: smiles has scaffold, protein has identity"
    )
    groups: Literal["balanced", "by_size"] | None = Field(
        default=None,
        description="balanced: sizes and labels are alike on all sides; by_size: the largest train and the rare are "
        "tested (default: by_size for molecules and sequences, balanced for texts and code)",
    )

    @model_validator(mode="after")
    def _one(self) -> "TaskSplit":
        if self.group is not None and self.by is not None:
            raise ValueError("`group` and `by` both say what stays on one side: give one")
        if self.groups is not None and self.group is None and self.by is None:
            raise ValueError("`groups` says how groups are spread, and there are none: give `group` or `by`")
        return self


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
    """One labelled task of the domain: what all have in common. The keys of its type stand beside these."""

    title: str
    type: str
    language: str | None = None
    make: Make | None = Field(default=None, description="examples are made from the documents of the sources")
    material: MaterialName = Field(default="text", description="what the texts are made of (default: the corpus's)")
    data: TaskData
    split: TaskSplit = TaskSplit()
    limit: Limit = Limit()
    metric: Annotated[str, registry.Known("metrics")] = Field(description="what models are compared by")
    finetuning: Finetuning = Finetuning()

    @property
    def lower_is_better(self) -> bool:
        """Whether the metric is an error or a perplexity."""
        return bool(getattr(registry.load("metrics", self.metric), "LOWER_IS_BETTER", False))

    @property
    def own_fields(self) -> Iterable[tuple[str, str | None]]:
        """(key of the recipe, field or None) for every key of the type that names a field of records."""
        return ()

    @property
    def wanted_fields(self) -> list[tuple[str, str]]:
        """(key of the recipe, field) for every field that records of the task must have."""
        found = [*self.own_fields, ("split.group", self.split.group)]
        return [(key, name) for key, name in found if name is not None]

    def own(self, key: str) -> Any:
        """What is said for a key that only some types have; None where this one has no such key."""
        return getattr(self, key, None)

    def check(self, where: str) -> None:
        """Refuse what the type's keys say, where reading them did not show it.

        Args:
            where: file and key of the task.

        Raises:
            UserError: by its key.
        """

    def finetuning_under(self, over: Finetuning | None) -> Finetuning:
        """How a model is fine-tuned for which a variant says `over`: not at all without data to learn from."""
        found = self.finetuning.under(over)
        if self.data.trained_on:
            return found
        return found.model_copy(update={"epochs": 0, "adaptation": None, "mixed": None})

    @model_validator(mode="wrap")
    @classmethod
    def _of_its_type(cls, values: Any, read: ModelWrapValidatorHandler["Task"]) -> "Task":
        """Keys of other types, and those that the type cannot do without, are told by the name of the type."""
        if cls is Task or not isinstance(values, dict):
            return read(values)
        kind, values = values.get("type"), dict(values)
        for key in [key for key in values if key not in cls.model_fields]:
            others = _types_with(key)
            if others and all(values[key] != default for default in others.values()):
                raise ValueError(f"`{key}` is for {' or '.join(others)}, not for {kind}")
            if others:  # as if nothing were said
                del values[key]
        needed = [name for name, field in cls.model_fields.items() if field.is_required()]
        own = [name for name in needed if name not in Task.model_fields]
        values = {key: value for key, value in values.items() if not (key in own and value is None)}
        try:
            return read(values)
        except ValidationError as error:
            for detail in error.errors():
                if detail["type"] != "missing" or detail["loc"] not in [(name,) for name in own]:
                    raise
            key = str(error.errors()[0]["loc"][0])
            raise ValueError(f"{kind} needs `{key}`, {cls.model_fields[key].description}") from None

    @model_validator(mode="after")
    def _fits(self) -> "Task":
        if self.metric not in metrics_of(self.type):
            raise ValueError(f"metric {self.metric!r} does not fit {self.type}: {' or '.join(metrics_of(self.type))}")
        if not self.data.trained_on and not answers_untrained(self.type):
            raise ValueError(f"data without `train`: {self.type} has a head that must be trained")
        objection = self.finetuning.objection(self.type)
        if objection is not None:
            raise ValueError(f"finetuning.{objection}")
        return self


Tasks = Annotated[SerializeAsAny[Task], registry.Chosen("tasks")]  # a task of any type, told apart by `type`


def task_from(values: Any) -> Task:
    """A task of the type that `values` name.

    Raises:
        ValidationError: what is wrong with it.
    """
    task: Task = registry.Chosen("tasks").read(values)
    return task


def metrics_of(kind: str) -> tuple[str, ...]:
    """The metrics that a type takes: those that it names, and those of other packages that name it."""
    own: tuple[str, ...] = registry.load("tasks", kind).METRICS
    others = set(registry.names("metrics")) - {*own, *registry.own_names("metrics")}
    return (*own, *(name for name in sorted(others) if kind in _types_of(name)))


def answers_untrained(kind: str) -> bool:
    """Whether models can be asked tasks of a type as they were pretrained."""
    return bool(getattr(registry.load("tasks", kind), "UNTRAINED", False))


def _types_of(metric: str) -> tuple[str, ...]:
    modules = registry.load_all("metrics")
    return getattr(modules[metric], "TYPES", ()) if metric in modules else ()


def _types_with(key: str) -> dict[str, Any]:
    """The types that have a key of their own, those first that need it, and what it is where nothing is said."""
    found = {}
    for name in registry.load_all("tasks"):
        field = registry.settings_model("tasks", name).model_fields.get(key)
        if field is not None and key not in Task.model_fields:
            default = None if field.is_required() else field.get_default(call_default_factory=True)
            found[name] = (not field.is_required(), default)
    return {name: default for name, (_, default) in sorted(found.items(), key=lambda one: (one[1][0], one[0]))}
