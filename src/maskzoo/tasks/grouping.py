"""Splits by group: scaffolds, sequence clusters, projects, speakers, none of them on two sides.

Molecules and sequences are split in the way of MoleculeNet's scaffold splitter (Wu et al. 2018, section 3.3): groups
sorted by size, training filled first, then validation, so that the test split holds the rare ones. That asks more of a
model than a random split does.

Texts are balanced instead: a document that is longer than others is no rarer, and a test of short ones alone is another
task. Their sides get like shares of groups, of examples and of every label (the greedy way of Sechidis et al. 2011, "On
the stratification of multi-label data").
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from maskzoo import materials
from maskzoo.errors import UserError, unknown_name
from maskzoo.recipe.task import Task, TaskSplit
from maskzoo.tasks.examples import Example

SIDES = ("train", "validation", "test")
Counts = Callable[[Sequence[Example]], Mapping[str, int]]  # examples -> how often each label occurs
SHOWN = 60  # characters of an example in an error


def is_grouped(split: TaskSplit) -> bool:
    """Whether something besides the example itself must stay on one side."""
    return split.group is not None or split.by is not None


def assign(parts: Sequence[Sequence[Example]], task: Task, *, where: str) -> None:
    """Give every example the group that its material computes, where the task has `split.by`.

    The texts of all parts are grouped together: a cluster may reach from one part into another.

    Raises:
        UserError: the material has no grouping of that name.
    """
    if task.split.by is None:
        return
    groupings = materials.load(task.material).GROUPINGS
    if task.split.by not in groupings:
        raise unknown_name(f"grouping of {task.material}", task.split.by, groupings, where=f"{where}.split.by")
    examples = [example for part in parts for example in part]
    groups = groupings[task.split.by]([example.text for example in examples])
    for example, group in zip(examples, groups, strict=True):
        example.group = group


def is_balanced(task: Task) -> bool:
    """Whether sides are made alike: as the recipe says, else where the material knows no relatives of its own."""
    if task.split.groups is not None:
        return task.split.groups == "balanced"
    return task.split.by is None and not materials.load(task.material).GROUPINGS


def balanced(
    examples: Sequence[Example], counts: Counts, *, validation: float, test: float
) -> dict[str, list[Example]]:
    """Whole groups on each side, so that all sides have like shares of groups, examples and labels.

    Groups are taken from the largest to the smallest (among equals: by hash), and each goes where it takes the sides
    nearest to their shares of what was taken so far: so large and small ones are on every side.

    Args:
        counts: labels of some examples.
        validation, test: shares; with test 0 the split `test` stays empty.
    """
    import numpy as np

    members: dict[str, list[Example]] = {}
    for example in examples:
        members.setdefault(example.group, []).append(example)
    order = sorted(members, key=lambda group: (-len(members[group]), hashlib.sha256(group.encode()).digest()))
    labels = {label: place for place, label in enumerate(sorted(counts(examples)), 2)}
    shares = np.array([1 - validation - test, validation, test])
    wanted = [place for place, share in enumerate(shares) if share > 0]
    rows = np.zeros((len(order), len(labels) + 2))  # of every group: one, its examples, its labels
    for row, group in zip(rows, order, strict=True):
        row[:2] = 1, len(members[group])
        for label, count in counts(members[group]).items():
            row[labels[label]] = count
    size = shares[:, None] * np.maximum(rows.sum(axis=0), 1)
    held, taken = np.zeros((3, rows.shape[1])), np.zeros(rows.shape[1])
    side: dict[str, str] = {}
    for number, (group, row) in enumerate(zip(order, rows, strict=True)):
        taken += row
        empty = [place for place in wanted if not held[place, 0]]
        # what is left must do for the sides that have nothing yet
        open_ = empty if empty and len(order) - number <= len(empty) else wanted
        gap = held[open_] - shares[open_, None] * taken
        cost = ((np.square(gap + row) - np.square(gap)) / np.square(size[open_])).sum(axis=1)
        place = open_[int(cost.argmin())]
        held[place] += row
        side[group] = SIDES[place]
    sides: dict[str, list[Example]] = {name: [] for name in SIDES}
    for example in examples:
        sides[side[example.group]].append(example)
    return sides


def by_groups(examples: Sequence[Example], *, validation: float, test: float) -> dict[str, list[Example]]:
    """Whole groups on each side, the largest (among equals: by hash) in training.

    A group goes to training while that stays within its share, else to validation while both do, else to test. The
    first group is training's, however large it is.

    Args:
        validation, test: shares of the examples; with test 0 the split `test` stays empty.
    """
    sizes = Counter(example.group for example in examples)
    order = sorted(sizes, key=lambda group: (-sizes[group], hashlib.sha256(group.encode()).digest()))
    most = {"train": (1 - validation - test) * len(examples), "validation": (1 - test) * len(examples)}
    held = 0  # in training; then in training and validation
    validated = 0
    side: dict[str, str] = {}
    for group in order:
        if not side or held + sizes[group] <= most["train"]:
            side[group] = "train"
            held += sizes[group]
        elif not test or held + validated + sizes[group] <= most["validation"]:
            side[group] = "validation"
            validated += sizes[group]
        else:
            side[group] = "test"
    sides: dict[str, list[Example]] = {"train": [], "validation": [], "test": []}
    for example in examples:
        sides[side[example.group]].append(example)
    return sides


def refuse_shared(sides: Mapping[str, Sequence[Example]], split: TaskSplit, *, where: str) -> None:
    """Refuse given splits that put one group on two sides.

    Raises:
        UserError: names the group, an example of it on either side, and how many groups are shared.
    """
    first: dict[str, tuple[str, Example]] = {}
    shared: dict[str, tuple[tuple[str, Example], tuple[str, Example]]] = {}
    for name, examples in sides.items():
        for example in examples:
            side, other = first.setdefault(example.group, (name, example))
            if side != name:
                shared.setdefault(example.group, ((side, other), (name, example)))
    if not shared:
        return
    group, pair = next(iter(shared.items()))
    kind = split.by or split.group
    shown = " and ".join(f"{side} ({example.locator}: {_short(example.text)})" for side, example in pair)
    more = f"; {len(shared) - 1} more groups are shared" if len(shared) > 1 else ""
    raise UserError(
        f"{kind} {group!r} stands in {shown}{more}",
        where=f"{where}.split.{'by' if split.by else 'group'}",
        expected=f"given splits with each {kind} on one side",
        hint=f"give `all` instead of the splits, or leave `split.{'by' if split.by else 'group'}` out",
    )


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"
