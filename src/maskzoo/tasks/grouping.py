"""Splits by group: scaffolds, sequence clusters, projects, speakers, none of them on two sides.

The way of MoleculeNet's scaffold splitter (Wu et al. 2018, section 3.3): groups sorted by size, training filled first,
then validation, so that the test split holds the rare ones. That asks more of a model than a random split does.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence

from maskzoo import materials
from maskzoo.errors import UserError, unknown_name
from maskzoo.recipe.task import Task, TaskSplit
from maskzoo.tasks.examples import Example

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
