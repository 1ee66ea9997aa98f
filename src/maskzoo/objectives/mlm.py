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
    """The loss of a masked language model, summed over the predicted positions."""

    def __init__(self, model: Any, *, compiled: bool = False) -> None:
        super().__init__()
        self.model = model
        self._encode = torch.compile(encode) if compiled else encode

    def forward(
        self, ids: Tensor, positions: Tensor, documents: Tensor | None, hidden: Tensor, labels: Tensor
    ) -> Tensor:
        """See `maskzoo.objectives`."""
        encoded = self._encode(self.model, ids, positions, documents)
        states = transform(self.model, at_places(encoded, hidden, len(labels)))
        return summed_cross_entropy(states, *projection(self.model), labels)
