"""Examples to train, validation and test: by hash or by group, without an example on two sides."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence

from maskzoo.recipe.task import Limit, TaskSplit
from maskzoo.tasks.examples import Example
from maskzoo.tasks.grouping import Counts, balanced, by_groups, is_grouped, refuse_shared

SPLITS = ("train", "validation", "test")
SALT = "maskzoo task"


def distinct(examples: Sequence[Example], removed: Counter[str]) -> list[Example]:
    """The first example of every text; others count as `duplicates`, and as `conflicting` where labels differ."""
    first: dict[str, Example] = {}
    for example in examples:
        kept = first.setdefault(example.key, example)
        if kept is not example:
            removed["duplicates"] += 1
            removed["conflicting"] += kept.gold != example.gold
    return list(first.values())


def drawn(examples: Sequence[Example], split: TaskSplit, *, counts: Counts | None = None) -> dict[str, list[Example]]:
    """Examples on the side that a hash of theirs says, so that adding some moves no other; groups go as a whole.

    Args:
        counts: labels of some examples, where groups are to be balanced by them.
    """
    if is_grouped(split):
        return _by_groups(examples, counts, validation=split.validation, test=split.test)

    def side(example: Example) -> str:
        place = _unit("split", example.key)
        return "test" if place < split.test else "validation" if place < split.test + split.validation else "train"

    return _grouped(examples, side)


def given(
    train: Sequence[Example],
    validation: Sequence[Example] | None,
    test: Sequence[Example],
    split: TaskSplit,
    removed: Counter[str],
    *,
    where: str,
    counts: Counts | None = None,
) -> dict[str, list[Example]]:
    """Given splits: test stays as it is, what it repeats leaves the others; a missing validation is cut from train.

    Raises:
        UserError: one group on two of the sides.
    """
    tested = {example.key for example in test}
    clean_train = _without(distinct(train, removed), tested, removed)
    if validation is None:
        if is_grouped(split):
            sides = _by_groups(clean_train, counts, validation=split.validation, test=0)
        else:
            sides = _grouped(
                clean_train, lambda example: "validation" if _unit("split", example.key) < split.validation else "train"
            )
    else:
        clean_validation = _without(distinct(validation, removed), tested, removed)
        held = {example.key for example in clean_validation}
        sides = {"train": _without(clean_train, held, removed), "validation": clean_validation}
    sides["test"] = _renumbered(test)
    if is_grouped(split):
        refuse_shared(sides, split, where=where)
    return sides


def limited(splits: dict[str, list[Example]], limit: Limit, removed: Counter[str]) -> dict[str, list[Example]]:
    """At most so many examples a split, those with the smallest hash, in their former order."""
    kept = {}
    for name, examples in splits.items():
        most = getattr(limit, name)
        if most is not None and len(examples) > most:
            removed["limit"] += len(examples) - most
            drawn = {example.id for example in sorted(examples, key=lambda e: (_unit("limit", e.id), e.id))[:most]}
            examples = [example for example in examples if example.id in drawn]
        kept[name] = examples
    return kept


def _by_groups(
    examples: Sequence[Example], counts: Counts | None, *, validation: float, test: float
) -> dict[str, list[Example]]:
    if counts is None:
        return by_groups(examples, validation=validation, test=test)
    return balanced(examples, counts, validation=validation, test=test)


def _unit(purpose: str, key: str) -> float:
    """A hash of `key` as a number in [0, 1)."""
    digest = hashlib.sha256(f"{SALT}\0{purpose}\0{key}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def _grouped(examples: Sequence[Example], side: Callable[[Example], str]) -> dict[str, list[Example]]:
    sides: dict[str, list[Example]] = {name: [] for name in SPLITS}
    for example in examples:
        sides[side(example)].append(example)
    return sides


def _without(examples: Sequence[Example], keys: set[str], removed: Counter[str]) -> list[Example]:
    kept = [example for example in examples if example.key not in keys]
    removed["across_splits"] += len(examples) - len(kept)
    return kept


def _renumbered(examples: Sequence[Example]) -> list[Example]:
    """The same examples with ids made unique: an official test set may repeat a sentence, and keeps it."""
    seen: Counter[str] = Counter()
    for example in examples:
        seen[example.id] += 1
        if seen[example.id] > 1:
            example.id = f"{example.id}-{seen[example.id]}"
    return list(examples)
