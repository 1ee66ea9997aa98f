"""Two texts an example: what classification of pairs and retrieval share."""

from dataclasses import dataclass

from maskzoo import materials
from maskzoo.documents.record import Record
from maskzoo.recipe.task import Task
from maskzoo.tasks.examples import field_of

BETWEEN = "\x1f"  # between the keys of two texts; no text holds it


@dataclass(frozen=True)
class Pair:
    """The second text of a record as a model reads it, and what makes two pairs the same."""

    text: str
    key: str


def pair_of(record: Record, task: Task, where: str) -> Pair | None:
    """The second text; None where it is empty or the material cannot use it.

    Raises:
        UserError: the field is missing.
    """
    field = task.own("pair")
    assert field is not None, "checked when the recipe was read"
    material = materials.load(task.material)
    raw = field_of(record, field, f"{where}: pair").strip()
    text = material.task_text(raw) if raw else None
    if text is None:
        return None
    return Pair(text, f"{material.key(record.text)}{BETWEEN}{material.key(raw)}")
