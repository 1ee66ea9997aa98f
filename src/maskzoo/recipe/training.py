"""Tokenizers, bases, and the variants that are trained from them."""

from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from maskzoo.recipe.adaptation import Adaptation
from maskzoo.recipe.masking import Masking as Masking
from maskzoo.recipe.strict import Grown, Strict

ARCHITECTURES = ("bert", "roberta", "modernbert", "distilbert", "deberta-v2", "esm", "xlm-roberta")
Architecture = Literal["bert", "roberta", "modernbert", "distilbert", "deberta-v2", "esm", "xlm-roberta"]


class Tokenizer(Strict):
    """Exactly one of: train a `design` of `tokenizers/`, `reuse` a base's, `extend` a base's with new words."""

    design: str | None = Field(default=None, description="name of a file in `tokenizers/`, trained on the corpus")
    vocab_size: int | None = Field(default=None, ge=64, description="instead of the design's")
    reuse: str | None = Field(default=None, description="name of a base")
    extend: str | None = Field(default=None, description="name of a base")
    add: int = Field(default=500, ge=1, description="extend: how many domain words at most")
    min_count: int = Field(default=10, ge=1, description="extend: a word seen less often is not added")
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
    """Exactly one of: `hub` id, local `folder`, `variant` of another `domain` of the zoo, or a fresh `architecture`.

    `package` names an installed Python package that holds the same weights as the Hub id, for machines without network.
    """

    hub: str | None = Field(default=None, description="id of a model on the Hub")
    revision: str | None = Field(default=None, description="hub: the commit to use")
    package: str | None = Field(default=None, description="hub: an installed package with the same weights")
    folder: str | None = Field(default=None, description="a local folder that transformers can load")
    domain: str | None = Field(default=None, description="another domain of the zoo, trained first")
    variant: str | None = Field(default=None, description="domain: which of its variants")
    architecture: Architecture | None = None
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


class Training(Strict):
    """One pretraining run. Learning rate in AdamW units; `warmup` and `decay` are shares of `steps`."""

    steps: int = Field(default=1000, ge=0, description="optimiser steps; 0: the weights stay as they began")
    sequence_length: int = Field(default=128, ge=8, description="tokens")
    batch_size: int = Field(default=32, ge=1, description="sequences in an optimiser step")
    micro_batch_size: int | None = Field(
        default=None, ge=1, description="sequences in one forward pass; must divide batch_size"
    )
    learning_rate: float = Field(default=1e-3, gt=0, description="the peak")
    warmup: float = Field(default=0.06, ge=0, lt=1, description="share of steps with a rising rate")
    decay: float = Field(default=0.3, ge=0, le=1, description="share of steps with a falling rate, at the end")
    weight_decay: float = Field(default=0.01, ge=0)
    betas: tuple[float, float] = (0.9, 0.98)
    clip: float = Field(default=1.0, gt=0, description="largest norm of the gradient")
    dropout: float | None = Field(default=None, ge=0, lt=1, description="in pretraining only; none: the model's own")
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    compile: bool = False
    head_warmup_steps: int = Field(
        default=0, ge=0, description="first steps with the encoder frozen, for a base without a head"
    )
    head_warmup_learning_rate: float = Field(default=1e-3, gt=0)
    evaluate_every: int = Field(default=100, ge=1)
    evaluation_batches: int = Field(default=16, ge=1, description="frozen-mask batches of the validation split")
    checkpoint_every: int = Field(default=200, ge=1)
    tensorboard: bool = False

    @model_validator(mode="after")
    def _consistent(self) -> "Training":
        if self.micro_batch_size and self.batch_size % self.micro_batch_size:
            raise ValueError(f"micro_batch_size {self.micro_batch_size} does not divide batch_size {self.batch_size}")
        if self.warmup + self.decay > 1:
            raise ValueError("warmup + decay exceed 1")
        return self


class Variant(Grown):
    """One way of making a model of the domain: a base, a tokenizer, a masking, an objective, a training run."""

    LATER: ClassVar[tuple[str, ...]] = ("adaptation",)

    base: str = Field(description="name of a base")
    tokenizer: str = Field(description="name of a tokenizer")
    masking: Masking = Masking()
    objective: str = Field(default="mlm", description="name of a module of `maskzoo.objectives`")
    training: Training = Training()
    adaptation: Adaptation | None = Field(
        default=None, description="train an adapter on a frozen base: `method` and its settings; none: every weight"
    )
    title: str | None = None
