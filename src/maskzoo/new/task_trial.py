"""A trial of a task: its examples are drawn and split as the stage does it, so that a recipe is written that works.

Molecules that share a scaffold, and proteins that are relatives, stay on one side of a split, as in the published
splits of MoleculeNet and FLIP, unless that leaves no split to test on (variants of one protein are all relatives).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from maskzoo.documents.record import Record
from maskzoo.errors import UserError
from maskzoo.recipe.task import Limit, Task, TaskSplit

if TYPE_CHECKING:
    from maskzoo.tasks.examples import Example

RELATED = {"smiles": "scaffold", "protein": "identity"}  # material -> what keeps relatives together
ROWS = {"smiles": 5000, "protein": 5000}  # of which groups are computed; of other materials all rows are read
FEWEST = 10  # examples in a split, below which it says nothing
TRAINED = (300, 1000, 3000)  # examples to train on at the demo scale: as few as show every label that is tested
SMALL = Limit(train=1000, validation=300, test=1000)


@dataclass(frozen=True)
class Plan:
    """How a task is split and limited.

    Attributes:
        by: `scaffold`, `identity`, or None: by a hash of the text.
        why_not: where relatives cannot be kept together, why.
        demo, small: limits of the two scales.
        texts: split -> texts at the small scale, of validation and test.
    """

    by: str | None
    why_not: str | None
    demo: Limit
    small: Limit
    texts: Mapping[str, Sequence[str]]


def plan(task: Task, records: Iterable[Record], *, where: str) -> Plan:
    """The first way of splitting that leaves examples on every side, and every tested label in training.

    Args:
        task: with `data.all`; its `split` and `limit` are chosen here.

    Raises:
        UserError: no way does.
    """
    from maskzoo.tasks.examples import examples
    from maskzoo.tasks.splitting import distinct

    removed: Counter[str] = Counter()
    read = examples(islice(records, ROWS.get(task.material)), task, where=where, removed=removed)
    kept = distinct(read, removed)
    by = RELATED.get(task.material)
    if by is not None:
        try:
            return _planned(task, kept, by, None, where)
        except UserError as error:
            return _planned(task, kept, None, str(error).removeprefix(f"{where}: ").partition(";")[0], where)
    return _planned(task, kept, None, None, where)


def _planned(task: Task, kept: "Sequence[Example]", by: str | None, why_not: str | None, where: str) -> Plan:
    from maskzoo.tasks import grouping, splitting, types

    kind = types.load(task.type)
    task = task.model_copy(update={"split": TaskSplit(by=by)})
    grouping.assign([list(kept)], task, where=where)
    counts = partial(kind.counts, task=task) if grouping.is_balanced(task) else None
    drawn = splitting.drawn(kept, task.split, counts=counts)
    for name, examples in drawn.items():
        if len(examples) < FEWEST:
            raise UserError(
                f"{len(examples)} of {len(kept)} examples in the {name} split", where=where, expected=f"{FEWEST}"
            )
    for trained in TRAINED:
        demo = Limit(train=trained, validation=trained // 3, test=trained // 2)
        small = SMALL.model_copy(update={"train": max(trained, SMALL.train or 0)})
        try:
            for limit in (demo, small):
                splits = kind.complete(splitting.limited(dict(drawn), limit, Counter()), task)
                kind.check(splits, task, where)
        except UserError:
            if trained == TRAINED[-1]:
                raise
            continue
        texts = {name: [example.text for example in splits[name]] for name in ("validation", "test")}
        return Plan(by, why_not, demo, small, texts)
    raise AssertionError("the last try returns or raises")
