"""AdamW with weight decay on matrices only."""

from typing import Any

import torch

from maskzoo.recipe.training import Training


def adamw(model: torch.nn.Module, training: Training) -> torch.optim.AdamW:
    """AdamW over the parameters that are trained; norms, biases and every other vector are not decayed.

    What is frozen has no part in it, so its moments take memory in proportion to what is trained.

    The learning rate is set before each step, see `maskzoo.pretraining.schedule`.
    """
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
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


def memory(optimiser: torch.optim.Optimizer) -> int:
    """Bytes of the moments that the optimiser keeps."""
    return sum(
        value.numel() * value.element_size()
        for state in optimiser.state.values()
        for value in state.values()
        if isinstance(value, torch.Tensor)
    )


def set_learning_rate(optimiser: torch.optim.Optimizer, value: float) -> None:
    """Give every group of parameters the same learning rate."""
    for group in optimiser.param_groups:
        group["lr"] = value
