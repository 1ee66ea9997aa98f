"""The last encoder layer computed where something is predicted, and nowhere else.

Nobody reads what the last layer gives at other positions, as long as the loss looks at the predicted ones alone. There
the layer still needs keys and values of all positions, but queries, attention, its projection and the feed-forward
network only at the predicted ones: where 15 % are predicted, 0.29 of a BERT layer is left. Loss and gradients are those
of the whole layer.

For the layers of BERT, RoBERTa, XLM-R, ESM and ModernBERT, whatever adapters sit on their linear layers. Any other
layer, and one that something has hooked into, runs whole.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from transformers.modeling_layers import GradientCheckpointingLayer

from maskzoo import models
from maskzoo.models.common.architecture import Architecture
from maskzoo.models.common.attention import encode
from maskzoo.models.common.heads import at_places

MOST = 0.5  # of the positions; where more are predicted, gathering them costs more than it saves


@dataclass(frozen=True)
class Places:
    """The predicted positions of a batch of (batch, length).

    Attributes:
        shape: (batch, length).
        chosen: their numbers in the flattened batch, (number,).
        padded: the same row by row, filled up with the row's first position, (batch, most); None where the rows are
            left whole, because a GPU would have to be waited for to know `most`.
        slots: where in the flattened `padded` each one stands, (number,).
    """

    shape: tuple[int, int]
    chosen: Tensor
    padded: Tensor | None
    slots: Tensor

    @classmethod
    def of(cls, predicted: Tensor, number: int, *, wait: bool = False) -> "Places":
        """Of the `number` positions where `predicted` (batch, length) is true; `wait` for a GPU to know `most`."""
        batch, length = predicted.shape
        rows, columns = predicted.nonzero_static(size=number).unbind(1)
        chosen = rows * length + columns
        if predicted.device.type != "cpu" and not wait:
            return cls((batch, length), chosen, None, chosen)
        counts = predicted.sum(dim=1)
        most = int(counts.max())
        own = torch.arange(batch, device=predicted.device)
        before = own * most - (counts.cumsum(0) - counts)
        slots = torch.arange(number, device=predicted.device) + before[rows]
        padded = (own * length)[:, None].repeat(1, most)
        padded.view(-1)[slots] = chosen
        return cls((batch, length), chosen, padded, slots)

    @classmethod
    def one_a_row(cls, positions: Tensor, length: int) -> "Places":
        """One position of each row of `length`, (batch,)."""
        rows = torch.arange(len(positions), device=positions.device)
        chosen = rows * length + positions
        return cls((len(positions), length), chosen, chosen[:, None], rows)

    def at(self, states: Tensor) -> Tensor:
        """(batch, length, hidden) to (number, hidden)."""
        return states.flatten(0, 1).index_select(0, self.chosen)

    def rows(self, states: Tensor) -> Tensor:
        """(batch, length, ...) to (batch, most, ...)."""
        if self.padded is None:
            return states
        few = states.flatten(0, 1).index_select(0, self.padded.view(-1))
        return few.view(*self.padded.shape, *states.shape[2:])

    def out_of_rows(self, states: Tensor) -> Tensor:
        """(batch, most, hidden) to (number, hidden)."""
        return states.flatten(0, 1).index_select(0, self.slots)

    def mask(self, mask: Tensor | None) -> Tensor | None:
        """(batch, 1, length, length) to (batch, 1, most, length); one that is alike for all rows stays as it is."""
        if mask is None or mask.shape[2] == 1:
            return mask
        return self.rows(mask.expand(self.shape[0], -1, -1, -1)[:, 0])[:, None]


def encode_at(
    model: Any,
    ids: Tensor,
    positions: Tensor,
    documents: Tensor | None,
    predicted: Tensor,
    number: int,
    *,
    causal: bool = False,
) -> Tensor:
    """`encode(...)[predicted]`, the last hidden states at the `number` predicted positions, (number, hidden)."""
    layer = last_layer(model) if 0 < number <= MOST * predicted.numel() else None
    if layer is None:
        return at_places(encode(model, ids, positions, documents, causal=causal), predicted, number)
    # the layer is called as ever, so that whatever wraps it sees the call
    layer.forward = partial(_narrowed, models.of(model), layer, Places.of(predicted, number), layer.forward)
    try:
        states = encode(model, ids, positions, documents, causal=causal)
    finally:
        del layer.forward
    return states if states.ndim == 2 else at_places(states, predicted, number)


def compile_layers(model: Any) -> None:
    """Have torch compile every layer that is alike at every step: all, or all but a last one that is narrowed."""
    narrowed = last_layer(model)
    for layer in encoder_layers(model):
        if layer is not narrowed:
            layer.compile(dynamic=False)


def encoder_layers(model: Any) -> list[nn.Module]:
    """The layers of the encoder, from the first to the last."""
    return models.of(model).layers(model)


def last_layer(model: Any) -> nn.Module | None:
    """The last layer of the encoder, where it is one that can be narrowed."""
    if not models.of(model).NARROWS or model.config._attn_implementation != "sdpa":
        return None
    last = encoder_layers(model)[-1]
    if not isinstance(last, GradientCheckpointingLayer):  # something stands around it
        return None
    layer: Any = last
    attention = layer.attn if hasattr(layer, "attn") else layer.attention
    passed_by = [attention, *([attention.self] if hasattr(attention, "self") else [])]  # whose forward is not called
    hooked = any(part._forward_hooks or part._forward_pre_hooks or "forward" in vars(part) for part in passed_by)
    plain = all(type(part).__module__.startswith("transformers.") for part in passed_by)
    again = getattr(layer, "gradient_checkpointing", False)  # would compute the layer again after it was put back
    return None if hooked or again or not plain or "forward" in vars(layer) else layer


def _narrowed(
    known: Architecture,
    layer: Any,
    places: Places,
    whole: Callable[..., Tensor],
    states: Tensor,
    mask: Tensor | None = None,
    *others: Any,
    **named: Any,
) -> Tensor:
    """What stands for the layer's own forward during a call; `whole` is that one."""
    mask = named.pop("attention_mask", mask)
    fits = states.shape[:2] == places.shape and (mask is None or (mask.ndim == 4 and mask.shape[2] == mask.shape[3]))
    more = [*others, named.get("past_key_values"), named.get("encoder_hidden_states")]
    if not fits or any(one is not None for one in more):
        return whole(states, mask, *others, **named)
    return known.narrowed(layer, places, states, mask, named)
