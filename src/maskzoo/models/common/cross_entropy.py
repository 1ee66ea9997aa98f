"""Cross-entropy of a projection to a large vocabulary, without ever holding all logits."""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

ROWS = 320  # of a piece: enough for the products to run at their full speed
FEW = 16  # rows of a piece whose logits stay in the processor's cache from the first operation to the last
_BUFFERS: dict[tuple[int, torch.dtype, torch.device], Tensor] = {}


def summed_cross_entropy(
    states: Tensor, weight: Tensor, bias: Tensor | None, labels: Tensor, *, seen: Tensor | None = None
) -> Tensor:
    """`cross_entropy(states @ weight.T + bias, labels, reduction="sum")`, exact, in pieces of a few rows.

    Logits of 600 predicted positions and 30,000 words are 72 MB, and on a CPU it is their allocation and their way to
    and from memory that costs. Here the gradient is made together with the loss, piece by piece in one buffer that
    stays. On another device, or in mixed precision, the plain form is used.

    Args:
        states: (predicted, hidden).
        weight: (vocabulary, hidden).
        bias: (vocabulary,) or None.
        labels: (predicted,).
        seen: (2, predicted), filled with the loss of every row and whether no other entry was more probable.
    """
    if states.device.type != "cpu" or torch.is_autocast_enabled(states.device.type):
        logits = functional.linear(states, weight, bias).float()
        losses = functional.cross_entropy(logits, labels, reduction="none")
        if seen is not None:
            seen[0] = losses.detach()
            seen[1] = logits.detach().gather(1, labels[:, None])[:, 0] >= logits.detach().amax(dim=1)
        return losses.sum()
    loss: Tensor = _InPieces.apply(states, weight, bias, labels, seen)  # type: ignore[no-untyped-call]
    return loss


def _buffer(rows: int, like: Tensor) -> Tensor:
    """Room for the logits of a piece, (rows, vocabulary), kept between calls: new room costs as much as a product.

    Whoever asks without gradients first leaves room that can be trained in afterwards.

    Args:
        like: (vocabulary, hidden).
    """
    key = (len(like), like.dtype, like.device)
    if key not in _BUFFERS or len(_BUFFERS[key]) < rows:
        with torch.inference_mode(False):
            _BUFFERS[key] = torch.empty(rows, len(like), dtype=like.dtype, device=like.device)
    return _BUFFERS[key][:rows]


class _InPieces(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, states: Tensor, weight: Tensor, bias: Tensor | None, labels: Tensor, seen: Tensor | None
    ) -> Tensor:
        wants_states, wants_weight, wants_bias, *_ = ctx.needs_input_grad
        to_states = torch.empty_like(states) if wants_states else None
        to_weight = torch.zeros_like(weight) if wants_weight else None
        to_bias = torch.zeros_like(bias) if wants_bias and bias is not None else None
        total = states.new_zeros(())
        for start in range(0, len(states), ROWS):
            piece = states[start : start + ROWS]
            logits = _buffer(len(piece), weight.detach())
            if bias is None:
                torch.mm(piece, weight.t(), out=logits)
            else:
                torch.addmm(bias, piece, weight.t(), out=logits)
            for first in range(0, len(piece), FEW):
                rows = logits[first : first + FEW]
                place = slice(start + first, start + first + len(rows))
                wanted = labels[place, None]
                right = rows.gather(1, wanted)
                highest = rows.amax(dim=1, keepdim=True)
                sums = rows.sub_(highest).exp_().sum(dim=1, keepdim=True)
                losses = sums.log() + highest - right
                total += losses.sum()
                if seen is not None:
                    seen[0, place] = losses[:, 0]
                    seen[1, place] = (right >= highest)[:, 0]
                if not (wants_states or wants_weight or wants_bias):
                    continue
                slope = rows.div_(sums)  # probabilities, in place
                slope.scatter_add_(1, wanted, torch.full_like(right, -1.0))
                if to_bias is not None:
                    to_bias += slope.sum(dim=0)
            if to_states is not None:
                torch.mm(logits, weight, out=to_states[start : start + ROWS])
            if to_weight is not None:
                to_weight.addmm_(logits.t(), piece)
        ctx.slopes = (to_states, to_weight, to_bias)
        return total

    @staticmethod
    def backward(ctx: Any, slope: Tensor) -> tuple[Tensor | None, ...]:
        return (*(None if one is None else one.mul_(slope) for one in ctx.slopes), None, None)
