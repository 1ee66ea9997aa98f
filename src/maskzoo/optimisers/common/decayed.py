"""AdamW over some parameters, with weight decay on matrices only."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import nn

from maskzoo.recipe.training import Training


def adamw_over(parameters: Iterable[nn.Parameter], training: Training, *, epsilon: float) -> torch.optim.AdamW:
    """AdamW over `parameters`; norms, biases and every other vector are not decayed."""
    parameters = list(parameters)
    groups: list[dict[str, Any]] = [
        {"params": [p for p in parameters if p.ndim >= 2], "weight_decay": training.weight_decay},
        {"params": [p for p in parameters if p.ndim < 2], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(
        [group for group in groups if group["params"]],
        lr=training.learning_rate,
        betas=training.betas,
        eps=epsilon,
        fused=True,
    )
