"""AdamW with weight decay on matrices only.

Loshchilov and Hutter 2019, "Decoupled Weight Decay Regularization" (https://arxiv.org/abs/1711.05101), algorithm 2.
"""

from collections.abc import Iterable
from typing import Any

import torch
from torch import nn

from maskzoo.recipe.training import Training


def make(model: nn.Module, training: Training) -> torch.optim.AdamW:
    """AdamW over the parameters that are trained; norms, biases and every other vector are not decayed.

    What is frozen has no part in it, so its moments take memory in proportion to what is trained.
    """
    return over((parameter for parameter in model.parameters() if parameter.requires_grad), training)


def over(parameters: Iterable[nn.Parameter], training: Training) -> torch.optim.AdamW:
    """The same over some parameters."""
    parameters = list(parameters)
    groups: list[dict[str, Any]] = [
        {"params": [p for p in parameters if p.ndim >= 2], "weight_decay": training.weight_decay},
        {"params": [p for p in parameters if p.ndim < 2], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(
        [group for group in groups if group["params"]],
        lr=training.learning_rate,
        betas=training.betas,
        eps=1e-6,
        fused=True,
    )


def flops(model: nn.Module) -> float:
    """None that count beside the matrices of the model."""
    return 0.0
