"""What the loop does with any optimiser: make it by its name, set its learning rate, weigh its memory."""

from types import ModuleType

import torch

from maskzoo import registry
from maskzoo.recipe.training import Training


def optimiser_module(training: Training, where: str | None = None) -> ModuleType:
    """The module of `training.optimiser`, see `maskzoo.optimisers`.

    Raises:
        UserError: unknown optimiser.
    """
    key = where and f"{where}.training.optimiser"
    return registry.load("optimisers", training.optimiser.name, where=key)


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
