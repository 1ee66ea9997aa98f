"""A paper as `papers/<slug>.yaml` has it: what it claims, how each figure is known, what of ours stands beside it."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field, PositiveFloat, StringConstraints, model_validator

from maskzoo.strict import Name, Strict

Known = Literal["read", "computed", "second-hand", "unverified"]
KNOWN: dict[str, str] = {
    "read": "in the authors' own repository, model card, configuration or result files, or in the paper",
    "computed": "here from result files that the authors published",
    "second-hand": "in a later paper, survey or benchmark that quotes it",
    "unverified": "recalled or inferred, seen in no source",
}
Expected = Literal["ahead", "behind", "on_par"]
NonEmpty = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
ANY = "any"  # every scale


def _value_alone(value: object) -> object:
    """A bare number in a table is a claim with the provenance of its table."""
    return {"value": value} if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def _one_or_several(value: object) -> object:
    """`ours: scratch` and `ours: {small: scratch}` for `ours: {any: [scratch]}` and `{small: [scratch]}`."""
    if isinstance(value, (str, list, tuple)):
        value = {ANY: value}
    if isinstance(value, dict):
        return {scale: (names,) if isinstance(names, str) else names for scale, names in value.items()}
    return value


ByScale = Annotated[dict[str, tuple[str, ...]], BeforeValidator(_one_or_several)]


class Claim(Strict):
    """One cell of a paper's table."""

    value: float | None = Field(
        description="as the paper gives it; null: the paper has a figure that is not known here"
    )
    sd: float | None = Field(default=None, ge=0, description="standard deviation, where the paper gives one")
    known: Known | None = Field(default=None, description="how the figure is known (default: as its table's)")
    where: NonEmpty | None = Field(
        default=None, description="where it was read or recalled from (default: its table's)"
    )


class Table(Strict):
    """A table of the paper: model -> task -> value."""

    title: NonEmpty | None = None
    known: Known | None = Field(default=None, description="how its figures are known, where a cell does not say")
    where: NonEmpty | None = Field(default=None, description="where they were read, where a cell does not say")
    rows: dict[str, dict[str, Annotated[Claim, BeforeValidator(_value_alone)]]] = Field(min_length=1)


class Measure(Strict):
    """What of a run stands beside a figure: the metric of a task, a part of it, or the loss of pretraining."""

    task: Name | None = Field(default=None, description="a task of the domain, by the metric of its recipe")
    target: NonEmpty | None = Field(default=None, description="one part of it, such as a kind of token")
    loss_of: Name | None = Field(
        default=None,
        description="masked-language loss on held-out documents under a frozen mask, of this variant: its last for the "
        "model that is this variant, its first for the base that it began as",
    )

    @model_validator(mode="after")
    def _one(self) -> "Measure":
        if (self.task is None) == (self.loss_of is None):
            raise ValueError("give either `task` or `loss_of`")
        if self.target is not None and self.task is None:
            raise ValueError("`target` is a part of a `task`")
        return self


class PaperTask(Strict):
    """A column of the paper's table."""

    title: NonEmpty
    metric: NonEmpty = Field(description="the paper's, in words")
    lower_is_better: bool = False
    percent: bool = Field(default=False, description="the paper's values are hundred times ours")
    ours: Measure | None = None
    tolerance: PositiveFloat | None = Field(
        default=None, description="in the paper's unit: a value of ours this near to the paper's reproduces it"
    )
    differs: NonEmpty | None = Field(
        default=None, description="why values cannot be compared though ours stands beside"
    )
    without: NonEmpty | None = Field(default=None, description="why there is nothing of ours")

    @model_validator(mode="after")
    def _complete(self) -> "PaperTask":
        if (self.ours is None) == (self.without is None):
            raise ValueError("give either `ours`, or `without`: why there is nothing of ours")
        if self.ours is not None and self.differs is None and self.tolerance is None:
            raise ValueError("needs a `tolerance`, or `differs`: why values cannot be compared")
        return self


class PaperModel(Strict):
    """A row of the paper's table."""

    kind: Literal["baseline", "encoder", "other"] = Field(
        description="baseline: classical, no network; other: decoders, models asked by prompts"
    )
    ours: ByScale = Field(
        default_factory=dict,
        description="scale (or `any`) -> the model of ours beside it; of several the first that did the task",
    )
    differs: NonEmpty | None = Field(
        default=None, description="why values cannot be compared though ours stands beside"
    )
    without: NonEmpty | None = Field(default=None, description="why there is nothing of ours")

    @model_validator(mode="after")
    def _complete(self) -> "PaperModel":
        if not self.ours and self.without is None:
            raise ValueError("give either `ours`, or `without`: why there is nothing of ours")
        return self

    def ours_at(self, scale: str) -> tuple[str, ...]:
        """Names of our models at a scale."""
        return self.ours.get(scale, self.ours.get(ANY, ()))


class Contrast(Strict):
    """A claim about two models on one task: who is ahead, or by how much one lowers an error."""

    title: NonEmpty
    task: Name
    model: NonEmpty
    over: NonEmpty
    expect: Expected | None = Field(
        default=None, description="ahead: `model` is better than `over`; on_par: neither is"
    )
    reduction: float | None = Field(
        default=None, gt=0, lt=1, description="`model` lowers the value of `over` by this share"
    )
    tolerance: PositiveFloat | None = Field(
        default=None, description="of the reduction, or of the difference that still counts as on par"
    )
    known: Known | None = Field(default=None, description="default: as the two cells of the tables are")
    where: NonEmpty | None = None
    ours: ByScale = Field(default_factory=dict, description="scale -> [model, over] where it is not the models' own")

    @model_validator(mode="after")
    def _complete(self) -> "Contrast":
        if (self.expect is None) == (self.reduction is None):
            raise ValueError("give either `expect` or `reduction`")
        if self.tolerance is None and self.expect in (None, "on_par"):
            raise ValueError("a reduction and `on_par` need a `tolerance`")
        if self.model == self.over:
            raise ValueError("`model` and `over` are the same")
        if any(len(pair) != 2 for pair in self.ours.values()):
            raise ValueError("`ours` names two models, for `model` and for `over`")
        return self


class Paper(Strict):
    """`papers/<slug>.yaml`."""

    FILLED_IN: ClassVar[tuple[str, ...]] = ("slug",)

    slug: Name = Field(description="the name of the file, filled in when it is read")
    title: NonEmpty
    cite: NonEmpty = Field(description="authors and year, or where it can be found")
    says: NonEmpty = Field(description="what the paper claims, in a sentence or two")
    domain: NonEmpty | None = Field(default=None, description="the domain of the zoo that re-runs it")
    without: NonEmpty | None = Field(default=None, description="why no domain re-runs it")
    scales: tuple[Name, ...] = Field(
        default=(),
        description="scales of the domain: the first is the paper's own, where values are compared; at those after it "
        "runs are scaled down, and only directions are",
    )
    notes: tuple[NonEmpty, ...] = Field(default=(), description="what the re-run does otherwise, at every scale")
    tasks: dict[Name, PaperTask] = Field(min_length=1)
    models: dict[NonEmpty, PaperModel] = Field(min_length=1)
    tables: dict[Name, Table] = Field(default_factory=dict)
    contrasts: dict[Name, Contrast] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _complete(self) -> "Paper":
        if (self.domain is None) == (self.without is None):
            raise ValueError("give either `domain`, or `without`: why no domain re-runs it")
        if (self.domain is None) != (not self.scales):
            raise ValueError("`scales` are those of the `domain`, the paper's own first")
        if not self.tables and not self.contrasts:
            raise ValueError("claims nothing: give `tables` or `contrasts`")
        return self

    def known_of(self, table: str, model: str, task: str) -> tuple[str, str]:
        """How a cell is known, and where: its own words, else its table's; both are there once a paper was read."""
        cell, whole = self.tables[table].rows[model][task], self.tables[table]
        return str(cell.known or whole.known), str(cell.where or whole.where)
