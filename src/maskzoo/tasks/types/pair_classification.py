"""One label a pair of texts: clones, entailment, whether a claim has evidence.

Where data are parallel every record is a pair, and non-pairs are made: within a split each first text meets the second
text of another example. The splits are drawn before, so that no made pair joins two sides.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import Field, model_validator

from maskzoo.documents.record import Record
from maskzoo.recipe.task import NonEmpty
from maskzoo.tasks.common import classes
from maskzoo.tasks.common.classes import (
    METRICS,
    OPTIONS,
    ClassModel,
    ClassSettings,
    counts,
    label_of,
    labels,
    prediction_columns,
    references,
)
from maskzoo.tasks.common.pairs import BETWEEN, PairInputs, pair_of
from maskzoo.tasks.examples import Example, Reading
from maskzoo.tasks.task_data import PreparedTask
from maskzoo.tasks.types import Splits

if TYPE_CHECKING:
    pass

__all__ = [
    "HUB_TASK",
    "METRICS",
    "OPTIONS",
    "Settings",
    "check",
    "columns",
    "complete",
    "counts",
    "labels",
    "prediction_columns",
    "read",
    "references",
    "restore",
    "task_model",
]
HUB_TASK = "text-classification"
PAIR, OTHER = "pair", "no_pair"  # labels where records are all pairs; `labels` renames them


class Settings(ClassSettings):
    """One label a pair of texts."""

    pair: NonEmpty = Field(description="the field that holds the second text")
    negatives: int = Field(
        default=0,
        ge=0,
        description="records are all pairs; for each so many non-pairs are made within its split",
    )

    @property
    def own_fields(self) -> Iterable[tuple[str, str | None]]:
        yield "label", self.label
        yield "pair", self.pair

    @model_validator(mode="after")
    def _labelled(self) -> "Settings":
        if (self.label is None) == (self.negatives == 0):
            raise ValueError("pair_classification needs either `label` or `negatives`, where all records are pairs")
        return self


def read(record: Record, task: Settings, *, where: str) -> Reading | None:
    """Two texts and their label."""
    pair = pair_of(record, task, where)
    label = task.labels.get(PAIR, PAIR) if task.negatives else label_of(record, task, where)
    return Reading(label, {"pair": pair.text}, key=pair.key) if pair is not None and label else None


def complete(splits: dict[str, list[Example]], task: Settings) -> dict[str, list[Example]]:
    """With `negatives` every example is followed by so many non-pairs of its split."""
    if not task.negatives:
        return splits
    taken = {example.key for examples in splits.values() for example in examples}
    label = task.labels.get(OTHER, OTHER)
    return {name: _with_negatives(examples, task.negatives, taken, label) for name, examples in splits.items()}


def _with_negatives(examples: list[Example], number: int, taken: set[str], label: str) -> list[Example]:
    """Examples with non-pairs: the second texts of the split, moved along a cycle that a hash orders.

    So every second text is used about as often in non-pairs as in pairs, and tells nothing by itself.

    Args:
        taken: keys of all true pairs, and of the non-pairs made so far, which are added to.
    """
    order = sorted(range(len(examples)), key=lambda place: _hash("negatives", examples[place].id))
    seconds = [examples[place].key.partition(BETWEEN)[2] for place in range(len(examples))]
    made: dict[int, list[Example]] = {place: [] for place in order}
    for round_ in range(number):
        free = [order[(position + round_ + 1) % len(order)] for position in range(len(order))]
        for position, place in enumerate(order):
            first = examples[place].key.partition(BETWEEN)[0]
            # the next in the cycle that makes no pair; it swaps its place with the one that would have made one
            for later in (*range(position, len(order)), *range(position)):
                key = f"{first}{BETWEEN}{seconds[free[later]]}"
                if key in taken:
                    continue
                if later > position:
                    free[position], free[later] = free[later], free[position]
                taken.add(key)
                source = examples[place]
                partner = examples[free[position] if later >= position else free[later]]
                made[place].append(
                    Example(
                        _hash("pair", key),
                        source.text,
                        label,
                        {"pair": partner.parts["pair"]},
                        key,
                        source.group,
                        f"{source.locator} with {partner.locator}",
                    )
                )
                break
    return [item for place, example in enumerate(examples) for item in (example, *made[place])]


def _hash(purpose: str, key: str) -> str:
    return hashlib.sha256(f"{purpose}\0{key}".encode()).hexdigest()[:16]


def check(splits: Splits, task: Settings, where: str) -> None:
    """Every tested label is among the training examples; with `negatives` every split has both.

    Raises:
        UserError: otherwise.
    """
    from maskzoo.errors import UserError

    classes.check(splits, task, where)
    for name, examples in splits.items():
        if task.negatives and len(counts(examples, task)) < 2:
            raise UserError(
                f"no non-pair can be made in the {name} split of {len(examples)} examples",
                where=f"{where}.negatives",
                expected="different second texts in every split",
            )


def columns(examples: Sequence[Example], labels: Sequence[str]) -> dict[str, Any]:
    """The columns `pair`, the second text, and `label`."""
    import pyarrow as pa

    pairs = pa.array([example.parts["pair"] for example in examples], pa.string())
    return {"pair": pairs, **classes.columns(examples, labels)}


def restore(columns: Mapping[str, list[Any]], labels: Sequence[str]) -> tuple[list[str], dict[str, Any]]:
    """Labels as gold, second texts beside."""
    return columns["label"], {"pair": columns["pair"]}


def task_model(task: PreparedTask) -> "PairModel":
    """A softmax over the labels above both texts."""
    return PairModel(task)


class PairModel(PairInputs, ClassModel):
    """A softmax over the labels above both texts."""
