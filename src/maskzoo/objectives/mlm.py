"""Masked language modeling: the original token at every hidden position.

Devlin et al. 2019, "BERT" (https://arxiv.org/abs/1810.04805), section 3.1, task 1. Exactly the loss of
`...ForMaskedLM`, but the head and most of the last layer see only the hidden positions, a seventh of the work where
15 % are hidden.
"""

from typing import Any

import torch
from torch import Tensor

from maskzoo.models.common.cross_entropy import summed_cross_entropy
from maskzoo.models.common.heads import projection, transform
from maskzoo.models.common.last_layer import compile_layers, encode_at


class Objective(torch.nn.Module):
    """The loss of a masked language model, summed over the predicted positions.

    Attributes:
        mask_id: what stands where a token is masked; told before the first step.
        lower: how many of the lowest layers never see a mask.
        outcomes: while this is a list, every forward adds a tensor (2, predicted): nats, and 1 where it was right.
    """

    outcomes: list[Tensor] | None = None
    mask_id: int | None = None
    lower = 0

    causal = False

    def __init__(self, model: Any, *, compiled: bool = False) -> None:
        super().__init__()
        self.model = model
        if compiled:
            compile_layers(model)

    def forward(
        self, ids: Tensor, positions: Tensor, documents: Tensor | None, hidden: Tensor, labels: Tensor
    ) -> Tensor:
        """See `maskzoo.objectives`."""
        return self.loss(self.states(ids, positions, documents, hidden, len(labels)), labels)

    def states(self, ids: Tensor, positions: Tensor, documents: Tensor | None, hidden: Tensor, number: int) -> Tensor:
        """What is projected to the vocabulary at the `number` hidden positions, (number, hidden size)."""
        encoded = encode_at(self.model, ids, positions, documents, hidden, number, causal=self.causal)
        return transform(self.model, encoded)

    def loss(self, states: Tensor, labels: Tensor) -> Tensor:
        """Cross-entropy of the labels, summed; told to `outcomes` one by one."""
        seen = None
        if self.outcomes is not None:
            seen = states.new_empty((2, len(labels)), dtype=torch.float32)
            self.outcomes.append(seen)
        return summed_cross_entropy(states, *projection(self.model), labels, seen=seen)
