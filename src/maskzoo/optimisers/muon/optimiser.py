"""The Muon optimiser as torch drives it, and the matrices that it moves."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from maskzoo.recipe.training import Training

ITERATIONS = 5
A, B, C = 3.4445, -4.7750, 2.0315  # of the iteration x -> a x + b x^3 + c x^5 over singular values


class Muon(torch.optim.Optimizer):
    """Muon over some matrices and AdamW over other parameters, with one learning rate for all groups.

    State of a matrix is `momentum`, of any other parameter what `torch.optim.AdamW` keeps.
    """

    def __init__(
        self, matrices: list[nn.Parameter], others: torch.optim.AdamW | None, training: Training, *, momentum: float
    ) -> None:
        """
        Args:
            matrices: with two dimensions each.
            others: over the other parameters, if there are any; it is driven from here.
            training: the recipe's.
            momentum: share of the old momentum in the new one.
        """
        rate = training.learning_rate
        own: dict[str, Any] = {"params": matrices, "weight_decay": training.weight_decay, "lr": rate}
        groups = [own] if matrices else []
        self.others, self.first, self.momentum = others, len(groups), momentum
        super().__init__([*groups, *(others.param_groups if others else [])], {"lr": rate})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """One step of both; a parameter without a gradient stays as it is."""
        loss = closure() if closure is not None else None
        for group in self.param_groups[: self.first]:
            for matrix in group["params"]:
                if matrix.grad is not None:
                    self._move(matrix, rate=group["lr"], decay=group["weight_decay"])
        if self.others is not None:  # groups and state are other objects once a state has been loaded
            self.others.param_groups, self.others.state = self.param_groups[self.first :], self.state
            self.others.step()
        return loss

    def _move(self, matrix: nn.Parameter, *, rate: float, decay: float) -> None:
        assert matrix.grad is not None
        state = self.state[matrix]
        if "momentum" not in state:
            state["momentum"] = torch.zeros_like(matrix)
        state["momentum"].lerp_(matrix.grad, 1 - self.momentum)
        direction = orthogonal(matrix.grad.lerp(state["momentum"], self.momentum))
        matrix.mul_(1 - rate * decay)
        matrix.add_(direction, alpha=-rate * 0.2 * max(matrix.shape) ** 0.5)


def orthogonal(matrix: Tensor) -> Tensor:
    """The matrix with all its singular values moved near 1 (0.7 to 1.2), (rows, columns)."""
    tall = matrix.shape[0] > matrix.shape[1]
    x = (matrix.t() if tall else matrix).to(torch.bfloat16 if matrix.device.type == "cuda" else torch.float32)
    x = x / x.norm().clamp(min=1e-7)
    for _ in range(ITERATIONS):
        square = x @ x.t()
        x = torch.addmm(x, torch.addmm(square, square, square, beta=B, alpha=C), x, beta=A)
    return (x.t() if tall else x).to(matrix.dtype)


def inner_matrices(model: nn.Module) -> list[nn.Parameter]:
    """Trained weights of linear layers, without the projection to the vocabulary, each once, in the model's order."""
    from transformers import PreTrainedModel

    from maskzoo.models.common.heads import projection

    models = [part for part in model.modules() if isinstance(part, PreTrainedModel)]
    tables = {id(part.weight) for part in model.modules() if isinstance(part, nn.Embedding)}
    tables |= {id(projection(part)[0]) for part in models if type(part).__name__.endswith("ForMaskedLM")}
    found: dict[int, Any] = {id(part.weight): part.weight for part in model.modules() if isinstance(part, nn.Linear)}
    return [weight for key, weight in found.items() if key not in tables and weight.requires_grad]
