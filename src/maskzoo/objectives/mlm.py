"""Masked language modeling: the original token at every hidden position.

Devlin et al. 2019, "BERT" (https://arxiv.org/abs/1810.04805), section 3.1, task 1. Exactly the loss of
`...ForMaskedLM`, but the head sees only the hidden positions, a seventh of the work where 15 % are hidden.
"""

from typing import Any

import torch
from torch import Tensor

from maskzoo.objectives._cross_entropy import summed_cross_entropy
from maskzoo.pretraining.attention import encode
from maskzoo.pretraining.heads import at_places, projection, transform


class Objective(torch.nn.Module):
    """The loss of a masked language model, summed over the predicted positions.

    Attributes:
        outcomes: while this is a list, every forward adds a tensor (2, predicted): nats, and 1 where it was right.
    """

    outcomes: list[Tensor] | None = None

    causal = False

    def __init__(self, model: Any, *, compiled: bool = False) -> None:
        super().__init__()
        self.model = model
        self._encode = torch.compile(encode) if compiled else encode

    def forward(
        self, ids: Tensor, positions: Tensor, documents: Tensor | None, hidden: Tensor, labels: Tensor
    ) -> Tensor:
        """See `maskzoo.objectives`."""
        return self.loss(self.states(ids, positions, documents, hidden, len(labels)), labels)

    def states(self, ids: Tensor, positions: Tensor, documents: Tensor | None, hidden: Tensor, number: int) -> Tensor:
        """What is projected to the vocabulary at the `number` hidden positions, (number, hidden size)."""
        encoded = self._encode(self.model, ids, positions, documents, causal=self.causal)
        return transform(self.model, at_places(encoded, hidden, number))

    def loss(self, states: Tensor, labels: Tensor) -> Tensor:
        """Cross-entropy of the labels, summed; told to `outcomes` one by one."""
        seen = None
        if self.outcomes is not None:
            seen = states.new_empty((2, len(labels)), dtype=torch.float32)
            self.outcomes.append(seen)
        return summed_cross_entropy(states, *projection(self.model), labels, seen=seen)
