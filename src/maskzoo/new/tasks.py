"""A task from a column of labels: classes or numbers, which ones are frequent enough, how many examples."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from maskzoo.errors import UserError

FEWEST = 10  # examples of a class, so that every split is likely to have one
MOST_CLASSES = 100
NUMBERS = 20  # distinct numbers from which a column is a quantity, not a code of classes


@dataclass(frozen=True)
class Labels:
    """What a column of labels holds.

    Attributes:
        column: its name.
        classes: names and counts of the classes that are used, the most frequent first; empty for a quantity.
        left_out: classes with fewer than `FEWEST` examples.
        missing: rows without a label.
        spellings: how the classes that are used are written, in all ways (`1`, `1.0`).
    """

    column: str
    classes: dict[str, int]
    left_out: dict[str, int]
    missing: int
    spellings: tuple[str, ...] = ()

    @property
    def numeric(self) -> bool:
        return not self.classes


def labels(column: str, values: Sequence[str], where: str) -> Labels:
    """Classes or a quantity.

    Raises:
        UserError: no labels, one class, or nearly as many classes as rows.
    """
    from maskzoo.tasks.common.classes import class_name

    counts = Counter(class_name(value) for value in values)
    missing = counts.pop("", 0)
    if counts and len(counts) > NUMBERS and all(_is_number(value) for value in counts):
        return Labels(column, {}, {}, missing)
    used = {name: count for name, count in counts.most_common() if count >= FEWEST}
    left_out = {name: count for name, count in counts.most_common() if count < FEWEST}
    if len(used) < 2 or len(used) > MOST_CLASSES:
        found = f"{len(counts)} different values, {len(used)} of them at least {FEWEST} times"
        raise UserError(
            f"column {column!r} has {found}",
            where=where,
            expected=f"2 to {MOST_CLASSES} classes with {FEWEST} examples each, or more than {NUMBERS} numbers",
        )
    spellings = dict.fromkeys(value for value in values if class_name(value) in used)
    return Labels(column, used, left_out, missing, tuple(sorted(spellings)))


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True
