"""Masked language modeling with targets that the model itself softens, by what it says with everything in sight.

Zhong et al. 2023, "Self-Evolution Learning for Discriminative Language Model Pretraining"
(https://arxiv.org/abs/2305.15275), section 3.3: the target at a hidden position is (1 - smoothing) times the original
token plus `smoothing` times the model's own distribution there for the unmasked text, in evaluation mode and without a
gradient. Goes with the masking policy of the same name, and with any other.
"""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from maskzoo.models.common.heads import projection
from maskzoo.objectives import mlm

SMOOTHING = 0.1
ROWS = 256  # logits held at a time


class Objective(mlm.Objective):
    """The cross-entropy with softened targets, summed over the predicted positions; one more forward pass a step."""

    def __init__(self, model: Any, *, compiled: bool = False, smoothing: float = SMOOTHING) -> None:
        super().__init__(model, compiled=compiled)
        self.smoothing = smoothing

    def forward(
        self, ids: Tensor, positions: Tensor, documents: Tensor | None, hidden: Tensor, labels: Tensor
    ) -> Tensor:
        """See `maskzoo.objectives`."""
        encoded = self.states(ids, positions, documents, hidden, len(labels))
        hard = self.loss(encoded, labels)
        if self.smoothing == 0:
            return hard
        reference = self._reference(ids, positions, documents, hidden, labels)
        weight, bias = projection(self.model)
        soft = hard.new_zeros(())
        for states, own in zip(torch.split(encoded, ROWS), torch.split(reference, ROWS), strict=True):
            with torch.no_grad():
                wanted = functional.linear(own, weight, bias).float().softmax(dim=-1)
            log_p = functional.linear(states, weight, bias).float().log_softmax(dim=-1)
            soft = soft - (wanted * log_p).sum()
        return (1 - self.smoothing) * hard + self.smoothing * soft

    @torch.no_grad()
    def _reference(
        self, ids: Tensor, positions: Tensor, documents: Tensor | None, hidden: Tensor, labels: Tensor
    ) -> Tensor:
        """States before the projection for the unmasked text at the hidden positions, (predicted, hidden size)."""
        whole = ids.masked_scatter(hidden, labels)
        training = self.model.training
        self.model.eval()
        states = self.states(whole, positions, documents, hidden, len(labels))
        self.model.train(training)
        return states
