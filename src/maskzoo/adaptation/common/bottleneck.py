"""A bottleneck: down to a few dimensions, a nonlinearity, and up again, starting at zero."""

import torch
from torch import Tensor, nn


class Bottleneck(nn.Module):
    """U act(D x) with biases, (..., in) to (..., out); U and its bias start at zero, so at first it adds nothing.

    Houlsby et al. 2019 (https://arxiv.org/abs/1902.00751), section 2.1. Parameters: h k + k + k h + h.
    """

    def __init__(self, inputs: int, outputs: int, width: int) -> None:
        super().__init__()
        self.down = nn.Linear(inputs, width)
        self.up = nn.Linear(width, outputs)
        nn.init.zeros_(self.up.weight)
        nn.init.zeros_(self.up.bias)

    def forward(self, hidden: Tensor) -> Tensor:
        """What is added."""
        added: Tensor = self.up(torch.relu(self.down(hidden)))
        return added


def width(size: int, reduction: int) -> int:
    """Dimensions of the bottleneck of a layer of `size`."""
    return max(1, size // reduction)
