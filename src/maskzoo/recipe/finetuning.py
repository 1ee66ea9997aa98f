"""How a model is fine-tuned on a task: hyperparameters, and what of the model moves."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, PositiveFloat

from maskzoo import registry
from maskzoo.recipe.adaptation import Adaptation
from maskzoo.strict import OFF, Grown, Strict


class Mixed(Strict):
    """UDALM: every step learns from texts of the domain's corpus, too; see `maskzoo.tasks.mixed`."""

    texts: int = Field(default=8, ge=1, description="for every labelled example")
    share: float | None = Field(
        default=None, ge=0, le=1, description="of the task's loss in the sum (default: 1 / (1 + texts))"
    )
    patience: int = Field(default=3, ge=1, description="epochs without a lower mixed loss after which training ends")
    documents: int = Field(default=2000, ge=10, description="training documents of the corpus that texts are taken of")


class Finetuning(Grown):
    """Hyperparameters of fine-tuning; the best epoch is chosen on validation only.

    Below a variant, keys that are not given are those of the task, not the defaults; `off` takes out what the task has.
    """

    LATER: ClassVar[tuple[str, ...]] = (
        "mixed",
        "label_smoothing",
        "layer_decay",
        "frozen_blocks",
        "head_epochs",
        "unfreeze_every",
        "adaptation",
    )

    epochs: int = Field(
        default=3,
        ge=0,
        description="0: the model as it was pretrained, for types that need no training",
    )
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
    mixed: Annotated[Mixed | None, OFF] = Field(
        default=None, description="mix in masked language modeling of the domain's texts"
    )
    label_smoothing: float = Field(
        default=0, ge=0, lt=1, description="e: the target is (1 - e) for the label and e / classes for all"
    )
    layer_decay: Annotated[float | None, OFF] = Field(
        default=None, gt=0, le=1, description="a block's learning rate is this times that of the block above it"
    )
    frozen_blocks: int = Field(default=0, ge=0, description="embeddings and so many of the lowest blocks never move")
    head_epochs: int = Field(default=0, ge=0, description="first epochs in which the new head alone is trained")
    unfreeze_every: Annotated[int | None, OFF] = Field(
        default=None,
        ge=1,
        description="gradual unfreezing: after `head_epochs` the topmost block, and one more every so many epochs",
    )
    adaptation: Annotated[Adaptation | None, OFF] = Field(
        default=None, description="train an adapter and the new head, and nothing else; none: every weight"
    )

    @property
    def learning_rates(self) -> tuple[float, ...]:
        """The rates to try; one is no choice."""
        return self.learning_rate if isinstance(self.learning_rate, tuple) else (self.learning_rate,)

    def under(self, over: "Finetuning | None") -> "Finetuning":
        """These settings with those in their place that `over` was given; what it left open stays."""
        given = {name: getattr(over, name) for name in over.model_fields_set} if over else {}
        return self.model_copy(update=given)

    def given(self) -> dict[str, Any]:
        """What was said, defaults left out, as JSON values."""
        values = {name: getattr(self, name) for name in type(self).model_fields if name in self.model_fields_set}
        if "learning_rate" in values and len(self.learning_rates) > 1:
            values["learning_rate"] = list(self.learning_rates)
        return {
            name: value.model_dump(mode="json", exclude_unset=True) if isinstance(value, Strict) else value
            for name, value in values.items()
        }

    def objection(self, kind: str) -> str | None:
        """What these settings ask for that tasks of a type do not have, or None.

        A type's module names in `OPTIONS` those of these keys that not every type has.
        """
        module = registry.load("tasks", kind)
        if self.epochs == 0 and not getattr(module, "UNTRAINED", False):
            others = [name for name, one in registry.load_all("tasks").items() if getattr(one, "UNTRAINED", False)]
            return f"epochs 0 is for {' and '.join(reversed(others))}: {kind} has a head that must be trained"
        if self.label_smoothing and "label_smoothing" not in module.OPTIONS:
            return f"label_smoothing is for types with classes, not for {kind}"
        if (self.head_epochs or self.unfreeze_every) and "head_epochs" not in module.OPTIONS:
            return f"head_epochs and unfreeze_every: {kind} has no new head to begin with"
        if self.class_weights == "balanced" and "class_weights" not in module.OPTIONS:
            return f"class_weights is for types with classes, not for {kind}"
        if self.mixed is None:
            return None
        if "mixed" not in module.OPTIONS:
            return f"mixed is for one class an example, not for {kind}"
        if self.adaptation is not None or self.label_smoothing:
            return "mixed excludes adaptation and label_smoothing"
        return "mixed excludes class_weights" if self.class_weights != "none" else None
