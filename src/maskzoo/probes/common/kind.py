"""What a kind of probe is: what it measures, what its modules offer, and what one checkpoint came to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from maskzoo.paths import Layout
from maskzoo.recipe.probe import Size, Suite
from maskzoo.recipe.recipe import Recipe

if TYPE_CHECKING:
    from maskzoo.probes.common.subject import Subject

Direction = Literal["higher", "lower", "none"]
Statistic = Literal["ratio", "perplexity"]


@dataclass(frozen=True)
class Measure:
    """What a kind measures, and how the figures of its items make one value.

    Attributes:
        title: as readers see it, such as accuracy.
        direction: which values are better; `none` where neither are, as with a bias.
        items: what its items are called, plural: also the key that they have in results.
        sum, count: the figures of an item whose sums over items make the value; no count: each item counts once.
        statistic: sum over count, or the perplexity exp(-sum/count).
    """

    title: str
    direction: Direction
    items: str
    sum: str
    count: str | None = None
    statistic: Statistic = "ratio"


@dataclass(frozen=True)
class Item:
    """What one item came to.

    Attributes:
        figures: numbers and words that results keep; those of `Measure.sum` and `Measure.count` among them.
        group: the paradigm it belongs to; the value of a suite with groups is the mean over groups.
    """

    id: str
    figures: Mapping[str, Any]
    group: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, **({} if self.group is None else {"group": self.group}), **self.figures}


@dataclass(frozen=True)
class Measured:
    """What one checkpoint came to.

    Attributes:
        figures: of the checkpoint as a whole, beside its items.
    """

    items: tuple[Item, ...]
    figures: Mapping[str, Any] = field(default_factory=dict)


class NotMeasuredError(Exception):
    """A checkpoint that answers with what is no number, so that nothing can be measured of it; says why."""


@dataclass(frozen=True)
class Context:
    """Whose models are asked: the recipe of a domain, and where its stages read and write."""

    recipe: Recipe
    layout: Layout


class Probe(Protocol):
    """What a module of `maskzoo.probes` offers. None of it but `measure` may import torch.

    Attributes:
        TITLE: of a suite that has none of its own.
        MEASURE: what it measures.
        Settings: the keys of its suites, beside those that all have.
        NEEDS_DATA: whether its suites have `data`.
        NEEDS_CORPUS: whether it reads the documents of the domain.
        NEEDS_HEAD: whether it asks the head of a masked language model; a checkpoint without one is skipped.
        FIGURES: names of what `summary` gives: None each, where a model was skipped.
        RECIPE: other keys of the recipe that it depends on, such as `evaluation.perplexity_words`.
    """

    TITLE: str
    MEASURE: Measure
    Settings: type[Suite]
    NEEDS_DATA: bool
    NEEDS_CORPUS: bool
    NEEDS_HEAD: bool
    FIGURES: tuple[str, ...]
    RECIPE: tuple[str, ...]

    def check(self, suite: Any, where: str) -> None:
        """What the settings alone show to be wrong.

        Raises:
            UserError: the key, and what was expected.
        """

    def described(self, suite: Any, context: Context) -> dict[str, Any]:
        """What of the suite and the domain a reader of a model's results has to know, such as a unit."""

    def size(self, suite: Any, recipe: Recipe) -> Size | None:
        """How much is asked of a model, before any data are here; None where the suite does not say."""

    def questions(self, suite: Any, context: Context) -> Sequence[Any]:
        """What every model is asked, in a fixed order.

        Raises:
            UserError: data that are absent or wrong.
        """

    def measure(self, suite: Any, questions: Sequence[Any], subject: "Subject", context: Context) -> Measured:
        """Ask one checkpoint.

        Raises:
            NotMeasuredError: what it answers is no number.
        """

    def summary(self, suite: Any, measured: Sequence[Measured], context: Context) -> dict[str, Any]:
        """Further figures over all pretraining seeds, by the names in `FIGURES`."""
