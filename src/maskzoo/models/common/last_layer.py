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
from torch.nn import functional
from transformers.modeling_layers import GradientCheckpointingLayer

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
    def of(cls, hidden: Tensor, number: int, *, wait: bool = False) -> "Places":
        """Of the `number` positions where `hidden` (batch, length) is true; `wait` for a GPU to know `most`."""
        batch, length = hidden.shape
        rows, columns = hidden.nonzero_static(size=number).unbind(1)
        chosen = rows * length + columns
        if hidden.device.type != "cpu" and not wait:
            return cls((batch, length), chosen, None, chosen)
        counts = hidden.sum(dim=1)
        most = int(counts.max())
        own = torch.arange(batch, device=hidden.device)
        before = own * most - (counts.cumsum(0) - counts)
        slots = torch.arange(number, device=hidden.device) + before[rows]
        padded = (own * length)[:, None].repeat(1, most)
        padded.view(-1)[slots] = chosen
        return cls((batch, length), chosen, padded, slots)

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
        """(batch, 1, length, length) to (batch, 1, most, length)."""
        return None if mask is None else self.rows(mask.expand(self.shape[0], -1, -1, -1)[:, 0])[:, None]


def encode_at(
    model: Any,
    ids: Tensor,
    positions: Tensor,
    documents: Tensor | None,
    hidden: Tensor,
    number: int,
    *,
    causal: bool = False,
) -> Tensor:
    """`encode(...)[hidden]`, the last hidden states at the `number` hidden positions, (number, hidden size)."""
    layer = last_layer(model) if 0 < number <= MOST * hidden.numel() else None
    if layer is None:
        return at_places(encode(model, ids, positions, documents, causal=causal), hidden, number)
    # the layer is called as ever, so that whatever wraps it sees the call
    layer.forward = partial(_narrowed, layer, Places.of(hidden, number), layer.forward)
    try:
        states = encode(model, ids, positions, documents, causal=causal)
    finally:
        del layer.forward
    return states if states.ndim == 2 else at_places(states, hidden, number)


def compile_layers(model: Any) -> None:
    """Have torch compile every layer that is alike at every step: all, or all but a last one that is narrowed."""
    narrowed = last_layer(model)
    for layer in encoder_layers(model):
        if layer is not narrowed:
            layer.compile(dynamic=False)


def encoder_layers(model: Any) -> list[nn.Module]:
    """The layers of the encoder, from the first to the last."""
    body = model.base_model
    if hasattr(body, "layers"):
        return list(body.layers)
    return list((body.transformer if hasattr(body, "transformer") else body.encoder).layer)


def last_layer(model: Any) -> nn.Module | None:
    """The last layer of the encoder, where it is one that can be narrowed."""
    if model.config.model_type not in _AT or model.config._attn_implementation != "sdpa":
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
    result: Tensor = _AT[layer_kind(layer)](layer, places, states, mask, named)
    return result


def layer_kind(layer: nn.Module) -> str:
    """The model type whose way of computing a layer this one follows."""
    return "modernbert" if hasattr(layer, "attn") else "esm" if hasattr(layer, "LayerNorm") else "bert"


def _bert(layer: Any, places: Places, states: Tensor, mask: Tensor | None, named: dict[str, Any]) -> Tensor:
    own = layer.attention.self
    context = _attention(
        _heads(own.query(places.rows(states)), own.attention_head_size),
        _heads(own.key(states), own.attention_head_size),
        _heads(own.value(states), own.attention_head_size),
        places,
        mask,
        dropout=own.dropout.p if own.training else 0.0,
        scale=own.scaling,
    )
    attended = layer.attention.output(context, places.at(states))
    result: Tensor = layer.output(layer.intermediate(attended), attended)
    return result


def _esm(layer: Any, places: Places, states: Tensor, mask: Tensor | None, named: dict[str, Any]) -> Tensor:
    own, size = layer.attention.self, layer.attention.self.attention_head_size
    normed = layer.attention.LayerNorm(states)
    query, key = _heads(own.query(places.rows(normed)), size), _heads(own.key(normed), size)
    if own.position_embedding_type == "rotary":
        query, key = _rotated(query, key, named["position_embeddings"], places)
    context = _attention(
        query,
        key,
        _heads(own.value(normed), size),
        places,
        mask,
        dropout=own.dropout if own.training else 0.0,
        scale=size**-0.5,
    )
    attended = layer.attention.output(context, places.at(states))
    result: Tensor = layer.output(layer.intermediate(layer.LayerNorm(attended)), attended)
    return result


def _modernbert(layer: Any, places: Places, states: Tensor, mask: Tensor | None, named: dict[str, Any]) -> Tensor:
    own, normed = layer.attn, layer.attn_norm(states)
    if type(own.Wqkv) is nn.Linear:
        weight, bias, size = own.Wqkv.weight, own.Wqkv.bias, own.Wqkv.in_features
        query = functional.linear(places.rows(normed), weight[:size], None if bias is None else bias[:size])
        both = functional.linear(normed, weight[size:], None if bias is None else bias[size:])
        key, value = both.chunk(2, dim=-1)
    else:  # an adapter on the three together
        query, key, value = own.Wqkv(normed).chunk(3, dim=-1)
        query = places.rows(query)
    heads = [_heads(one, own.head_dim) for one in (query, key, value)]
    query, key = _rotated(heads[0], heads[1], named["position_embeddings"], places)
    context = _attention(
        query,
        key,
        heads[2],
        places,
        mask,
        dropout=own.attention_dropout if own.training else 0.0,
        scale=own.head_dim**-0.5,
    )
    attended = places.at(states) + own.out_drop(own.Wo(context))
    result: Tensor = attended + layer.mlp(layer.mlp_norm(attended))
    return result


_AT: dict[str, Callable[[Any, Places, Tensor, Tensor | None, dict[str, Any]], Tensor]] = {
    "bert": _bert,
    "roberta": _bert,
    "xlm-roberta": _bert,
    "esm": _esm,
    "modernbert": _modernbert,
}


def _heads(states: Tensor, size: int) -> Tensor:
    """(batch, rows, hidden) to (batch, heads, rows, size)."""
    return states.view(*states.shape[:2], -1, size).transpose(1, 2)


def _attention(
    query: Tensor, key: Tensor, value: Tensor, places: Places, mask: Tensor | None, *, dropout: float, scale: float
) -> Tensor:
    """Sums of values at the predicted positions, (number, hidden)."""
    context = functional.scaled_dot_product_attention(
        query, key, value, attn_mask=places.mask(mask), dropout_p=dropout, scale=scale
    )
    return places.out_of_rows(context.transpose(1, 2).flatten(2))


def _rotated(query: Tensor, key: Tensor, angles: tuple[Tensor, Tensor], places: Places) -> tuple[Tensor, Tensor]:
    """Both turned by their positions: x cos + (-x2, x1) sin, Su et al. 2021 (https://arxiv.org/abs/2104.09864)."""
    cos, sin = (angle.expand(places.shape[0], -1, -1) for angle in angles)

    def turned(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        first, second = x.float().chunk(2, dim=-1)
        across = torch.cat([-second, first], dim=-1)
        return (x.float() * cos[:, None] + across * sin[:, None]).to(x.dtype)

    return turned(query, places.rows(cos), places.rows(sin)), turned(key, cos, sin)
