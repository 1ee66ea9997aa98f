"""Tokenizers, bases, and the variants that are trained from them."""

import re
from typing import Any, ClassVar, Literal

from pydantic import Field, field_serializer, field_validator, model_validator

from maskzoo import registry
from maskzoo.errors import UserError
from maskzoo.recipe.adaptation import Adaptation
from maskzoo.recipe.finetuning import Finetuning
from maskzoo.recipe.masking import Masking as Masking
from maskzoo.recipe.objective import Objective, ObjectiveSettings
from maskzoo.recipe.optimiser import Optimiser
from maskzoo.strict import Grown, Strict

MOST = 1_000_000_000  # steps: more than anybody can wait for


class Metadata(Strict):
    """What stands before every document: `1861 [DATE] london [SOURCE] text`, in the order of `fields`."""

    fields: tuple[Literal["domain", "source", "language", "date"], ...] = Field(min_length=1)
    date: str | None = Field(
        default=None, description="regular expression for the path of a document; its first group is the date"
    )
    words: int | None = Field(default=100, ge=1, description="documents are cut into pieces of so many; none: whole")

    @model_validator(mode="after")
    def _dated(self) -> "Metadata":
        if ("date" in self.fields) != (self.date is not None):
            raise ValueError(
                "the corpus has no field 'date' of its own: `date` and the field go together, "
                "and say what of a document's path is its date"
            )
        try:
            groups = re.compile(self.date or "").groups
        except re.error as error:
            raise ValueError(f"date: {self.date!r} is no regular expression: {error}") from None
        if self.date is not None and groups < 1:
            raise ValueError(f"date: {self.date!r} has no group in parentheses")
        return self

    def date_in(self, locator: str) -> str | None:
        """The date in where a document stands, if there is one."""
        found = re.search(self.date, locator) if self.date is not None else None
        return found[1] if found else None


class Tokenizer(Grown):
    """Exactly one of: train a `design` of `tokenizers/`, `reuse` a base's, `extend` a base's with new words."""

    LATER: ClassVar[tuple[str, ...]] = ("metadata",)

    design: str | None = Field(default=None, description="name of a file in `tokenizers/`, trained on the corpus")
    vocab_size: int | None = Field(default=None, ge=64, le=10_000_000, description="instead of the design's")
    reuse: str | None = Field(default=None, description="name of a base")
    extend: str | None = Field(default=None, description="name of a base")
    add: int = Field(default=500, ge=1, description="extend: how many domain words at most")
    min_count: int = Field(default=10, ge=1, description="extend: a word seen less often is not added")
    metadata: Metadata | None = Field(default=None, description="what stands before every document")
    spellings: int = Field(
        default=0,
        ge=0,
        description="material smiles: so many random SMILES of every training molecule are packed behind it",
    )

    @model_validator(mode="after")
    def _one_way(self) -> "Tokenizer":
        ways = [name for name in ("design", "reuse", "extend") if getattr(self, name) is not None]
        if len(ways) != 1:
            raise ValueError(f"exactly one of design, reuse, extend, got {', '.join(ways) or 'none'}")
        return self


class Base(Strict):
    """Exactly one of: `hub` id, local `folder`, `variant` of a `domain` of the zoo, or a fresh `architecture`.

    A `variant` without a `domain` is one of this domain: what comes after it starts where it ended.

    `package` names an installed Python package that holds the same weights as the Hub id, for machines without network.
    """

    hub: str | None = Field(default=None, description="id of a model on the Hub")
    revision: str | None = Field(default=None, description="hub: the commit to use")
    package: str | None = Field(default=None, description="hub: an installed package with the same weights")
    folder: str | None = Field(default=None, description="a local folder that transformers can load")
    domain: str | None = Field(default=None, description="another domain of the zoo, trained first (default: this)")
    variant: str | None = Field(default=None, description="which variant of the domain")
    architecture: str | None = Field(default=None, description="a `model_type` of transformers, such as modernbert")
    config: dict[str, Any] = Field(default_factory=dict, description="architecture: values of the transformers config")

    @model_validator(mode="after")
    def _one_place(self) -> "Base":
        places = [name for name in ("hub", "folder", "domain", "architecture") if getattr(self, name) is not None]
        if len(places) != 1:
            raise ValueError(f"exactly one of hub, folder, domain, architecture, got {', '.join(places) or 'none'}")
        if (self.domain is None) != (self.variant is None):
            raise ValueError("domain and variant go together")
        return self

    @property
    def fresh(self) -> bool:
        """Whether the base is an architecture with random weights, so that there is nothing to compare with."""
        return self.architecture is not None


class Budget(Strict):
    """Exactly one of these, counted as the run goes on, so that variants of any objective or masking end alike."""

    tokens: float | None = Field(default=None, gt=0, description="tokens that went through the model")
    flops: float | None = Field(default=None, gt=0, description="computed, by the formula of `pretraining/flops.py`")
    seconds: float | None = Field(
        default=None, gt=0, description="of training, without evaluation; what is trained depends on the machine"
    )

    @model_validator(mode="after")
    def _one_unit(self) -> "Budget":
        named = [name for name in ("tokens", "flops", "seconds") if getattr(self, name) is not None]
        if len(named) != 1:
            raise ValueError(f"exactly one of tokens, flops, seconds, got {', '.join(named) or 'none'}")
        return self


class Curve(Strict):
    """A learning rate over a phase: up, flat, down; `warmup` and `decay` are shares of the phase."""

    warmup: float = Field(default=0.0, ge=0, lt=1)
    decay: float = Field(default=0.0, ge=0, le=1)
    shape: Literal["linear", "sqrt"] = Field(default="linear", description="how it falls; sqrt: by 1 - sqrt(progress)")
    floor: float = Field(default=0.0, ge=0, lt=1, description="where it falls to, as a share of the peak")
    peak: float = Field(default=1.0, gt=0, description="times `training.learning_rate`")

    @model_validator(mode="after")
    def _fits(self) -> "Curve":
        if self.warmup + self.decay > 1:
            raise ValueError("warmup + decay exceed 1")
        return self


class Phase(Strict):
    """A part of a run; what it leaves open is the variant's."""

    share: float = Field(default=1.0, gt=0, description="of the budget, beside the shares of the other phases")
    objective: Objective | None = Field(
        default=None, description="name of a module of `maskzoo.objectives`, or a mapping of its `name` and settings"
    )
    masking: Masking | None = Field(default=None, description="laid over the variant's")
    curve: Curve | None = Field(default=None, description="none: the curve of the whole run goes on")
    freeze_layers: tuple[int, ...] = Field(
        default=(), description="layers of the encoder, from 0, that stay as they are in this phase"
    )

    def masking_over(self, own: Masking) -> Masking:
        """The masking of this phase in a variant whose own is `own`."""
        if self.masking is None:
            return own
        said = self.masking.model_dump(include=self.masking.model_fields_set)
        same = said.get("policy", own.policy) == own.policy  # else the settings of one policy say nothing of the other
        kept = own.model_dump(include=None if same else set(Masking.model_fields))
        return Masking.model_validate({**kept, **said})


# keys of `training` that say who does the work, and change nothing in what comes out
ABOUT_PROCESSES = ("processes", "sharded")
# keys of `training` that change neither the weights nor what is measured of them in the end
WITHOUT_EFFECT = ("tensorboard", "checkpoint_every", "evaluate_every", "micro_batch_size", *ABOUT_PROCESSES)
# and those that decide what is measured of the weights, and no weight
MEASURED = ("evaluation_batches",)


class Training(Grown):
    """One pretraining run. Learning rate in AdamW units; `warmup` and `decay` are shares of the budget."""

    LATER: ClassVar[tuple[str, ...]] = ("budget", "schedule", "optimiser", *ABOUT_PROCESSES)

    steps: int = Field(default=1000, ge=0, le=MOST, description="optimiser steps; 0: the weights stay as they began")
    budget: Budget | None = Field(default=None, description="instead of `steps`")
    schedule: tuple[Phase, ...] = Field(
        default=(), description="phases, or the name of a module of `maskzoo.schedules`; none: one phase"
    )
    sequence_length: int = Field(default=128, ge=8, le=1_000_000, description="tokens")
    batch_size: int = Field(default=32, ge=1, le=10_000_000, description="sequences in an optimiser step")
    micro_batch_size: int | None = Field(
        default=None, ge=1, description="sequences in one forward pass; must divide batch_size"
    )
    optimiser: Optimiser = Field(
        default="adamw",
        validate_default=True,
        description="name of a module of `maskzoo.optimisers`, or a mapping of its `name` and settings",
    )
    learning_rate: float = Field(default=1e-3, gt=0, description="the peak")
    warmup: float = Field(default=0.06, ge=0, lt=1, description="share of the budget with a rising rate")
    decay: float = Field(default=0.3, ge=0, le=1, description="share of the budget with a falling rate, at the end")
    weight_decay: float = Field(default=0.01, ge=0)
    betas: tuple[float, float] = (0.9, 0.98)
    clip: float = Field(default=1.0, gt=0, description="largest norm of the gradient")
    dropout: float | None = Field(default=None, ge=0, lt=1, description="in pretraining only; none: the model's own")
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    compile: bool = False
    head_warmup_steps: int = Field(
        default=0, ge=0, le=MOST, description="first steps with the encoder frozen, for a base without a head"
    )
    head_warmup_learning_rate: float = Field(default=1e-3, gt=0)
    evaluate_every: int = Field(default=100, ge=1, le=MOST)
    evaluation_batches: int = Field(default=16, ge=1, description="frozen-mask batches of the validation split")
    checkpoint_every: int = Field(default=200, ge=1, le=MOST)
    tensorboard: bool = False
    processes: int = Field(
        default=1, ge=1, description="that train together, on one node, each with a GPU if there are any"
    )
    sharded: bool = Field(
        default=False,
        description="each of several processes keeps a part of the weights (FSDP2), not all of them",
    )

    @model_validator(mode="after")
    def _consistent(self) -> "Training":
        if self.micro_batch_size and self.batch_size % self.micro_batch_size:
            raise ValueError(f"micro_batch_size {self.micro_batch_size} does not divide batch_size {self.batch_size}")
        at_least = self.processes * (self.micro_batch_size or 1)
        if self.batch_size % at_least:
            raise ValueError(f"batch_size {self.batch_size} is no multiple of processes x micro_batch_size, {at_least}")
        if self.sharded and self.compile:
            raise ValueError("compile and sharded exclude each other")
        if self.warmup + self.decay > 1:
            raise ValueError("warmup + decay exceed 1")
        if self.budget is not None and "steps" in self.model_fields_set:
            raise ValueError("steps and a budget exclude each other; `steps: null` takes away what is set for all")
        return self

    @field_validator("schedule", mode="before")
    @classmethod
    def _by_name(cls, value: Any) -> Any:
        """The phases of the schedule that is named."""
        if value == []:
            raise ValueError("at least one phase, or no schedule")
        return phases_of(value) if isinstance(value, str) else value


def phases_of(name: str) -> tuple[Phase, ...]:
    """The phases of a named schedule.

    Raises:
        ValueError: there is none of that name; says which is near.
    """
    try:
        module = registry.load("schedules", name)
    except UserError as error:
        raise ValueError(str(error)) from None
    phases: tuple[Phase, ...] = module.PHASES
    return phases


class Variant(Grown):
    """One way of making a model of the domain: a base, a tokenizer, a masking, an objective, a training run."""

    LATER: ClassVar[tuple[str, ...]] = ("adaptation", "texts_of", "finetuning")

    base: str = Field(description="name of a base")
    tokenizer: str = Field(description="name of a tokenizer")
    masking: Masking = Masking()
    objective: Objective = Field(
        default="mlm",
        validate_default=True,
        description="name of a module of `maskzoo.objectives`, or a mapping of its `name` and settings",
    )
    training: Training = Training()
    adaptation: Adaptation | None = Field(
        default=None, description="train an adapter on a frozen base: `method` and its settings; none: every weight"
    )
    texts_of: str | None = Field(
        default=None,
        description="a task: train on its training texts, and on nothing else of it, instead of the corpus",
    )
    finetuning: Finetuning | None = Field(
        default=None, description="laid over the `finetuning` of every task, for this variant: what it says, it changes"
    )
    title: str | None = None

    @field_serializer("finetuning")
    def _as_given(self, finetuning: Finetuning | None) -> dict[str, Any] | None:
        """Without defaults, which do not count here: those of the task do."""
        return None if finetuning is None else finetuning.given()

    @property
    def maskings(self) -> tuple[Masking, ...]:
        """The masking of every phase; of a run without phases its own."""
        phases = self.training.schedule
        return tuple(phase.masking_over(self.masking) for phase in phases) if phases else (self.masking,)

    @property
    def objectives(self) -> tuple[ObjectiveSettings, ...]:
        """The objective of every phase; of a run without phases its own."""
        return tuple(phase.objective or self.objective for phase in self.training.schedule) or (self.objective,)

    @property
    def tokens(self) -> str:
        """Name of the tokens that it is trained on: the tokenizer's, of the corpus or of a task's texts."""
        return self.tokenizer if self.texts_of is None else f"{self.tokenizer}.{self.texts_of}"
