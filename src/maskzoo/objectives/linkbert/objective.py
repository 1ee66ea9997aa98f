"""The masked loss and that of the relation between two segments, with a head for its three classes."""

from dataclasses import replace
from typing import Any

from torch import nn
from torch.nn import functional

from maskzoo.errors import UserError
from maskzoo.masking.common.masker import Masker
from maskzoo.models.common.heads import projection, transform
from maskzoo.objectives.common.batch import Inputs, Loss, TrainingBatch, masked_batch
from maskzoo.objectives.common.first_token import encode_with_first, flops_with_first
from maskzoo.objectives.common.objective import Context
from maskzoo.objectives.linkbert.pairs import Pairs
from maskzoo.objectives.mlm import objective as mlm


class Objective(mlm.Objective):
    """The masked loss, summed over the predicted positions, and as many times the mean loss of the relations."""

    def __init__(self, model: Any, settings: Any = None, context: Context | None = None) -> None:
        super().__init__(model, settings, context)
        weight, _ = projection(model)
        self.relation_head = nn.Linear(weight.shape[1], 3).to(weight.device)
        self.pairs: Pairs | None = None

    def prepare(self) -> None:
        """Link the documents of the train split.

        Raises:
            UserError: the tokenizer has no tokens for the start and the end of a text, or the documents no pairs.
        """
        data = self.context.data
        assert data is not None
        if data.cls_id is None or data.sep_id is None:
            raise UserError("pairs of segments need a start and an end token, which the tokenizer lacks")
        self.pairs = Pairs(data.train, cls_id=data.cls_id, sep_id=data.sep_id, pad_id=data.pad_id)

    def draw(self, masker: Masker, *, seed: int, step: int, size: int, done: float = 0.0) -> TrainingBatch:
        """Masked pairs, and of every one the class of its relation."""
        assert self.pairs is not None, "prepared by the loop"
        windows, relation = self.pairs.batch(seed=seed, step=step, size=size)
        drawn = masked_batch(windows, masker, seed=seed, step=step, done=done, extra={"relation": relation})
        return replace(drawn, every_row=True)  # a pair that hides nothing has its relation

    def forward(self, inputs: Inputs) -> Loss:
        """See `maskzoo.objectives.common.objective`; `relation` (rows,) is the class of each pair."""
        relation = inputs.extra["relation"]
        rows = len(relation)
        first, others = encode_with_first(self.model, inputs)
        masked = self.loss(transform(self.model, others), inputs.labels)
        guess = self.relation_head(first).float()
        mean = functional.cross_entropy(guess, relation)
        right = (guess.argmax(-1) == relation).sum()
        return Loss(
            masked + mean * (max(1, inputs.of_predicted) * rows / inputs.of_rows),
            {"relation_loss": (mean.detach() * rows, rows), "relation_accuracy": (right, rows)},
        )

    def flops(self, batch: TrainingBatch) -> float:
        """Those of the masked loss with one more state a row, which goes to a head of its own."""
        own: int = self.relation_head.weight.numel()
        return flops_with_first(self.model, batch) + 6.0 * batch.of_rows * own
