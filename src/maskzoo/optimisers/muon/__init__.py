"""Muon on the matrices inside the network, AdamW on embeddings, the projection to the vocabulary and all vectors.

The step of a matrix is its momentum made orthogonal, so that every direction of it moves as far as the others. Jordan
et al. 2024, "Muon: An optimizer for hidden layers in neural networks" (https://kellerjordan.github.io/posts/muon/):
Nesterov momentum of 0.95, five steps of a quintic Newton-Schulz iteration. The step is scaled by 0.2 sqrt(max(rows,
columns)), which gives it the size of AdamW's, so that one learning rate and one weight decay serve both: Liu et al.
2025, "Muon is Scalable for LLM Training" (https://arxiv.org/abs/2502.16982), section 2.2.

`torch.optim.Muon` iterates in bfloat16 everywhere. A CPU without bfloat16 instructions needs three times a whole
training step for that, so here bfloat16 is for GPUs alone.
"""

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from maskzoo.recipe.optimiser import OptimiserSettings
from maskzoo.recipe.training import Training

if TYPE_CHECKING:
    from torch import nn

    from maskzoo.optimisers.muon.optimiser import Muon

EPSILON = 1e-6  # of AdamW on the rest


class Settings(OptimiserSettings):
    """Muon on the matrices inside the network, AdamW on embeddings, vocabulary and vectors."""

    name: Literal["muon"] = "muon"
    momentum: float = Field(default=0.95, ge=0, lt=1, description="share of the old momentum in the new one")


def make(model: "nn.Module", training: Training) -> "Muon":
    """Muon over the trained weights of linear layers that are no vocabulary, AdamW over all else that is trained."""
    from maskzoo.optimisers.common.decayed import adamw_over
    from maskzoo.optimisers.muon.optimiser import Muon, inner_matrices

    chosen = inner_matrices(model)
    apart = {id(matrix) for matrix in chosen}
    others = [p for p in model.parameters() if p.requires_grad and id(p) not in apart]
    settings = training.optimiser if isinstance(training.optimiser, Settings) else Settings()
    rest = adamw_over(others, training, epsilon=EPSILON) if others else None
    return Muon(chosen, rest, training, momentum=settings.momentum)


def flops(model: "nn.Module") -> float:
    """Of the iterations: for a matrix of `n` rows and `m >= n` columns, five times `2 n n m + 2 n^3 + 2 n n m`."""
    from maskzoo.optimisers.muon.optimiser import ITERATIONS, inner_matrices

    shapes = [sorted(matrix.shape) for matrix in inner_matrices(model)]
    return float(sum(ITERATIONS * (4 * n * n * m + 2 * n**3) for n, m in shapes))
