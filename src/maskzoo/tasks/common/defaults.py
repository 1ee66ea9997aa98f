"""What most task types do alike, to be taken by name into their modules."""

from collections.abc import Mapping, Sequence
from typing import Any

from maskzoo.errors import UserError
from maskzoo.recipe.task import Task
from maskzoo.tasks.examples import Example
from maskzoo.tasks.types import Splits


def complete(splits: dict[str, list[Example]], task: Task) -> dict[str, list[Example]]:
    """Nothing is left to do within a split."""
    return splits


def references(gold: Any, labels: Sequence[str], reads: str) -> Any:
    """Metrics take the gold column as it is."""
    return gold


def check_labels_known(counts: Mapping[str, Mapping[str, int]], where: str) -> None:
    """Refuse a tested label that training never shows.

    Args:
        counts: split -> label -> how often.

    Raises:
        UserError: names the label and how often it is tested.
    """
    for label, count in sorted(counts["test"].items()):
        if label not in counts["train"]:
            times = "once" if count == 1 else f"{count} times"
            raise UserError(
                f"label {label!r} occurs {times} in the test split and is unseen in training",
                where=where,
                expected="every tested label among the training examples",
                hint="join it to another label (`labels`), raise `limit.train`, or add examples",
            )


def everything(splits: Splits) -> list[Example]:
    """The examples of all splits."""
    return [example for examples in splits.values() for example in examples]
