"""Parts of attention that the narrowed last blocks of several architectures share."""

import torch
from torch import Tensor
from torch.nn import functional

from maskzoo.models.common.last_layer import Places


def heads(states: Tensor, size: int) -> Tensor:
    """(batch, rows, hidden) to (batch, heads, rows, size)."""
    return states.view(*states.shape[:2], -1, size).transpose(1, 2)


def attention(
    query: Tensor, key: Tensor, value: Tensor, places: Places, mask: Tensor | None, *, dropout: float, scale: float
) -> Tensor:
    """Sums of values at the predicted positions, (number, hidden)."""
    context = functional.scaled_dot_product_attention(
        query, key, value, attn_mask=places.mask(mask), dropout_p=dropout, scale=scale
    )
    return places.out_of_rows(context.transpose(1, 2).flatten(2))


def rotated(query: Tensor, key: Tensor, angles: tuple[Tensor, Tensor], places: Places) -> tuple[Tensor, Tensor]:
    """Both turned by their positions: x cos + (-x2, x1) sin, Su et al. 2021 (https://arxiv.org/abs/2104.09864)."""
    cos, sin = (angle.expand(places.shape[0], -1, -1) for angle in angles)

    def turned(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        first, second = x.float().chunk(2, dim=-1)
        across = torch.cat([-second, first], dim=-1)
        return (x.float() * cos[:, None] + across * sin[:, None]).to(x.dtype)

    return turned(query, places.rows(cos), places.rows(sin)), turned(key, cos, sin)
