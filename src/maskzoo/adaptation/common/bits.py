"""Booleans as bits: eight in a byte, the first in the lowest place."""

import numpy as np
import torch
from torch import Tensor


def pack(mask: Tensor) -> Tensor:
    """Booleans of any shape as bytes, (ceil(n / 8),); the last byte is filled up with zeros."""
    return torch.from_numpy(np.packbits(mask.detach().cpu().numpy().reshape(-1), bitorder="little"))


def unpack(bits: Tensor, shape: torch.Size) -> Tensor:
    """What `pack` was given."""
    flat = np.unpackbits(bits.cpu().numpy(), count=shape.numel(), bitorder="little")
    return torch.from_numpy(flat.astype(bool)).reshape(shape)
