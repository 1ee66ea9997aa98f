"""Masked language modeling over pairs of segments, and whether the second goes on, is linked to, or has nothing to do
with the first.

Yasunaga, Leskovec and Liang 2022, "LinkBERT" (https://arxiv.org/abs/2203.15827), section 4.2: the sum of the masked
loss and of a cross-entropy over three classes at the first token. The head for the three classes is trained with the
model and taken off at the end; what is released has no trace of it.
"""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from maskzoo.models.common.heads import projection, transform
from maskzoo.models.common.last_layer import encode_at
from maskzoo.objectives import mlm

HEAD = "relation_head"


class Objective(mlm.Objective):
    """The masked loss, summed over the predicted positions, and as many times the mean loss of the relations."""

    def __init__(self, model: Any, *, compiled: bool = False) -> None:
        super().__init__(model, compiled=compiled)
        weight, _ = projection(model)
        setattr(model, HEAD, torch.nn.Linear(weight.shape[1], 3).to(weight.device))
        self._seen: list[Tensor] = []

    def forward(  # type: ignore[override]
        self,
        ids: Tensor,
        positions: Tensor,
        documents: Tensor | None,
        hidden: Tensor,
        labels: Tensor,
        relation: Tensor,
    ) -> Tensor:
        """See `maskzoo.objectives`; `relation` (batch,) is the class of each pair."""
        seen = hidden.clone()
        seen[:, 0] = True  # the first token, which is never hidden
        encoded = encode_at(self.model, ids, positions, documents, seen, len(labels) + len(ids))
        counts = seen.sum(dim=1)
        first = counts.cumsum(0) - counts
        others = seen.new_ones(len(encoded)).index_fill(0, first, False).nonzero_static(size=len(labels))[:, 0]
        masked = self.loss(transform(self.model, encoded[others]), labels)
        guess = getattr(self.model, HEAD)(encoded[first]).float()
        told = functional.cross_entropy(guess, relation)
        self._seen.append(torch.stack([told.detach(), (guess.argmax(-1) == relation).float().mean()]))
        return masked + told * len(labels)

    def report(self) -> dict[str, float]:
        """Loss and accuracy of the relations since the last report."""
        if not self._seen:
            return {}
        loss, accuracy = torch.stack(self._seen).mean(dim=0).tolist()
        self._seen.clear()
        return {"relation_loss": loss, "relation_accuracy": accuracy}

    def detach(self) -> None:
        """Take the head off the model."""
        delattr(self.model, HEAD)


def arrange(data: Any) -> Any:
    """Pairs instead of windows.

    Raises:
        UserError: the tokenizer has no tokens for the start and the end of a text.
    """
    from maskzoo.errors import UserError
    from maskzoo.objectives.common.links import Pairs

    if data.cls_id is None or data.sep_id is None:
        raise UserError("pairs of segments need a start and an end token, which the tokenizer lacks")
    return Pairs(data.train, cls_id=data.cls_id, sep_id=data.sep_id, pad_id=data.pad_id)
