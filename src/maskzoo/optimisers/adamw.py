"""AdamW with weight decay on matrices only.

Loshchilov and Hutter 2019, "Decoupled Weight Decay Regularization" (https://arxiv.org/abs/1711.05101), algorithm 2.
"""

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from maskzoo.recipe.optimiser import OptimiserSettings
from maskzoo.recipe.training import Training

if TYPE_CHECKING:
    import torch
    from torch import nn


class Settings(OptimiserSettings):
    """AdamW; `betas` and `weight_decay` stand in `training`, as they serve the vectors of every optimiser."""

    name: Literal["adamw"] = "adamw"
    epsilon: float = Field(default=1e-6, gt=0, description="is added to the root of the second moment")


def make(model: "nn.Module", training: Training) -> "torch.optim.AdamW":
    """AdamW over the parameters that are trained; norms, biases and every other vector are not decayed.

    What is frozen has no part in it, so its moments take memory in proportion to what is trained.
    """
    from maskzoo.optimisers.common.decayed import adamw_over

    trained = (parameter for parameter in model.parameters() if parameter.requires_grad)
    settings = training.optimiser if isinstance(training.optimiser, Settings) else Settings()
    return adamw_over(trained, training, epsilon=settings.epsilon)


def flops(model: "nn.Module") -> float:
    """None that count beside the matrices of the model."""
    return 0.0
