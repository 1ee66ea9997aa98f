"""Two texts an example: what classification of pairs, their likeness and retrieval share."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from maskzoo import materials
from maskzoo.documents.record import Record
from maskzoo.recipe.task import Task
from maskzoo.tasks.common.task_model import TaskModel
from maskzoo.tasks.examples import field_of

if TYPE_CHECKING:
    from pathlib import Path

    from maskzoo.tasks.finetune_data import Encoded
    from maskzoo.tasks.task_data import PreparedTask, Split

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


class PairInputs(TaskModel):
    """Both texts in one input, as the tokenizer joins pairs; of what is too long the longer text is cut first."""

    def __init__(self, task: "PreparedTask") -> None:
        super().__init__(task)
        self.types = False  # whether the model tells first and second texts apart by token types

    def model(self, checkpoint: "Path") -> Any:
        """The checkpoint's encoder under a new head."""
        model = super().model(checkpoint)
        self.types = getattr(model.config, "type_vocab_size", 0) > 1
        return model

    def encode(self, split: "Split", tokenizer: Any, *, limit: int) -> "Encoded":
        """Pairs as token ids and token types."""
        from maskzoo.tasks.finetune_data import Encoded, token_ids

        found = token_ids(split.texts, tokenizer, limit=limit, pairs=split.pairs, types=True)
        return Encoded(found.ids, self.targets(split), found.truncated, token_types=found.types)

    def collate(self, rows: Sequence[dict[str, Any]], *, padding: int) -> dict[str, Any]:
        """Token types go to models that have them alone."""
        if not self.types:
            rows = [{key: value for key, value in row.items() if key != "token_type_ids"} for row in rows]
        return super().collate(rows, padding=padding)
