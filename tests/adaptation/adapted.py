"""What tests ask of an adapted model, and what stands for training it."""

from typing import Any

import torch
from torch import Tensor

from maskzoo.models.common.attention import encode
from maskzoo.models.common.heads import projection, transform


def logits(model: Any) -> Tensor:
    """Logits as the pretraining loop computes them, two texts in a window."""
    ids = torch.tensor([[2, 7, 9, 11, 4, 13, 3, 2, 20, 21, 22, 3], [2, 31, 32, 4, 3, 2, 40, 41, 42, 43, 44, 3]])
    documents = torch.tensor([[0] * 7 + [1] * 5, [0] * 5 + [1] * 7])
    positions = torch.tensor([[*range(7), *range(5)], [*range(5), *range(7)]])
    with torch.no_grad():
        weight, bias = projection(model)
        return torch.nn.functional.linear(transform(model, encode(model, ids, positions, documents)), weight, bias)


def disturb(model: Any, size: float = 0.3) -> None:
    """Move what is trained, as training would."""
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.requires_grad:
                parameter.add_(size * torch.randn(parameter.shape, generator=generator))
