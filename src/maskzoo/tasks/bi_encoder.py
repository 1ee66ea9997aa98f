"""Two texts through one encoder, each to one vector: trained so that a query's own target is the nearest of its batch.

In-batch softmax over cosines (Henderson et al. 2017; Karpukhin et al. 2020), mean over tokens as the vector of a text
(Reimers and Gurevych 2019), the temperature of Gao et al. 2021 (SimCSE).
"""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoModel
from transformers.modeling_outputs import SequenceClassifierOutput

from maskzoo.adaptation.common.checkpoint import load_beside
from maskzoo.loading import load_model

TEMPERATURE = 0.05


class BiEncoder(nn.Module):
    """A checkpoint's encoder with no head at all."""

    def __init__(self, checkpoint: Path) -> None:
        super().__init__()
        self.encoder = load_beside(load_model(AutoModel, checkpoint)[0], checkpoint)
        self.config = self.encoder.config

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        found: torch.device = self.encoder.device
        return found

    def embed(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Unit vectors `(batch, hidden)`: the mean over the tokens, specials included, that are no padding."""
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        weight = attention_mask[..., None].to(states.dtype)
        return functional.normalize((states * weight).sum(dim=1) / weight.sum(dim=1).clamp(min=1), dim=-1)

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        pair_ids: Tensor | None = None,
        pair_mask: Tensor | None = None,
        labels: Tensor | None = None,
    ) -> Any:
        """Vectors of texts as `logits`; with pairs and labels the loss.

        Args:
            pair_ids, pair_mask: (batch, length) of the targets.
            labels: (batch,) numbers of the targets: equal ones are no negatives of one another.
        """
        queries = self.embed(input_ids, attention_mask)
        if pair_ids is None or pair_mask is None or labels is None:
            return SequenceClassifierOutput(logits=queries)
        return SequenceClassifierOutput(
            loss=in_batch_loss(queries, self.embed(pair_ids, pair_mask), labels), logits=queries
        )


def in_batch_loss(queries: Tensor, targets: Tensor, numbers: Tensor) -> Tensor:
    """Mean cross-entropy of each query's own target among all of the batch.

    Args:
        queries, targets: (batch, hidden) unit vectors, row i belongs to row i.
        numbers: (batch,): another row with the same number holds the same target and is left out.
    """
    cosines = queries.float() @ targets.float().T / TEMPERATURE
    own = torch.eye(len(numbers), dtype=torch.bool, device=numbers.device)
    same = (numbers[:, None] == numbers[None, :]) & ~own
    return functional.cross_entropy(
        cosines.masked_fill(same, -torch.inf), torch.arange(len(numbers), device=numbers.device)
    )
