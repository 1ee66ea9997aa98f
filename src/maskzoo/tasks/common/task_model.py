"""The model of a task type: which head, how examples become tensors, which loss, how logits become answers."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maskzoo.errors import UserError
from maskzoo.tasks.predictions import Predictions

if TYPE_CHECKING:
    from maskzoo.recipe.finetuning import Finetuning
    from maskzoo.tasks.finetune_data import Encoded
    from maskzoo.tasks.task_data import PreparedTask, Split


def refuse_one_label(task: "PreparedTask") -> None:
    """Refuse a task of classes with one.

    Raises:
        UserError: it has one.
    """
    if len(task.labels) < 2:
        raise UserError(f"task {task.name!r} has one label", expected="at least two to tell apart")


class TaskModel:
    """One text under a head with an output a label; types override what differs.

    Attributes:
        FAST: whether the tokenizer must say which characters a token covers.
        EXACT: whether answers are ranked or numbers, so that they are computed in float32 everywhere.
    """

    FAST = False
    EXACT = False

    def __init__(self, task: "PreparedTask") -> None:
        """
        Raises:
            UserError: there is nothing to learn in the task.
        """
        self.task = task

    def objection(self, checkpoint: Path) -> str | None:
        """Why a checkpoint cannot do the task; None where it can."""
        return None

    def model(self, checkpoint: Path) -> Any:
        """The checkpoint's encoder under a new head, in float32."""
        from transformers import AutoModelForSequenceClassification

        return self.with_head(AutoModelForSequenceClassification, checkpoint)

    def with_head(self, auto: Any, checkpoint: Path, *, problem: str | None = None) -> Any:
        """The checkpoint loaded by one of transformers' auto classes with an output a label of the task."""
        from maskzoo.adaptation.common.checkpoint import load_beside
        from maskzoo.loading import load_config, load_model

        config = load_config(checkpoint)
        config.id2label = dict(enumerate(self.task.labels))
        config.label2id = {label: number for number, label in enumerate(self.task.labels)}
        config.problem_type = problem
        return load_beside(load_model(auto, checkpoint, config=config)[0], checkpoint)

    def encode(self, split: "Split", tokenizer: Any, *, limit: int) -> "Encoded":
        """A split as token ids, just as pretraining did: whole texts, with the specials of the tokenizer."""
        from maskzoo.tasks.finetune_data import Encoded, token_ids

        found = token_ids(split.texts, tokenizer, limit=limit)
        return Encoded(found.ids, self.targets(split), found.truncated)

    def targets(self, split: "Split") -> list[Any]:
        """What the loss takes as labels, one an example."""
        raise NotImplementedError

    def collate(self, rows: Sequence[dict[str, Any]], *, padding: int) -> dict[str, Any]:
        """A batch of encoded examples as tensors."""
        from maskzoo.tasks.finetune_data import collate

        return collate(rows, padding=padding)

    def loss(self, train: "Encoded", settings: "Finetuning") -> Callable[..., Any] | None:
        """(outputs, labels, num_items_in_batch) -> loss, for the Trainer; None: the model's own."""
        return None

    def answers(self, model: Any, split: "Split", encoded: "Encoded", *, padding: int, batch_size: int) -> Predictions:
        """Predictions for a split, computed in batches of like lengths and returned in the split's order."""
        from maskzoo.tasks.finetune_data import logits_of

        logits = logits_of(model, encoded, self.collate, padding=padding, batch_size=batch_size, exact=self.EXACT)
        return self.decode(logits, split, encoded)

    def decode(self, logits: list[Any], split: "Split", encoded: "Encoded") -> Predictions:
        """Predictions from the logits of every example, arrays `(labels,)` or `(tokens, labels)`."""
        raise NotImplementedError
