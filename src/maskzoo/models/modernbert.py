"""ModernBERT. Warner et al. 2024 (https://arxiv.org/abs/2412.13663)."""

from typing import TYPE_CHECKING, Any

from maskzoo.models.common import architecture

if TYPE_CHECKING:
    from torch import Tensor

    from maskzoo.models.common.last_layer import Places

MODEL_TYPES = ("modernbert",)


class Architecture(architecture.Architecture):
    """Rotary positions; two of three layers look no further than a window; query, key and value by one matrix."""

    BLOCKS = "layers"
    PLACES = {  # noqa: RUF012
        **dict.fromkeys(("query", "key", "value"), "attn.Wqkv"),
        "attention_output": "attn.Wo",
        "ffn_in": "mlp.Wi",
        "ffn_out": "mlp.Wo",
    }
    EMBEDDING_NORM = "embeddings.norm"
    TRANSFORM = "head"
    NARROWS = True
    PROMPT = True

    def has_table(self, config: Any) -> bool:
        return False

    def states(self, body: Any, ids: "Tensor", positions: "Tensor", mask: "Tensor | None") -> Any:
        masks = None if mask is None else self.masks(body.config, mask)
        return body(input_ids=ids, attention_mask=masks, position_ids=positions).last_hidden_state

    def masks(self, config: Any, mask: "Tensor", *, prompt: int = 0) -> Any:
        import torch

        place: Tensor = torch.arange(mask.shape[-1] - prompt, device=mask.device)
        near = (place[:, None] - place[None, :]).abs() <= config.sliding_window
        near = torch.nn.functional.pad(near, (prompt, 0, prompt, 0), value=True)
        return {"full_attention": mask, "sliding_attention": mask & near}

    def transform(self, model: Any, states: "Tensor") -> "Tensor":
        transformed: Tensor = model.head(states)
        return transformed

    def narrowed(
        self, layer: Any, places: "Places", states: "Tensor", mask: "Tensor | None", named: dict[str, Any]
    ) -> "Tensor":
        from torch import nn
        from torch.nn.functional import linear

        from maskzoo.models.common.blocks import attention, heads, rotated

        own, normed = layer.attn, layer.attn_norm(states)
        if type(own.Wqkv) is nn.Linear:
            weight, bias, size = own.Wqkv.weight, own.Wqkv.bias, own.Wqkv.in_features
            query = linear(places.rows(normed), weight[:size], None if bias is None else bias[:size])
            both = linear(normed, weight[size:], None if bias is None else bias[size:])
            key, value = both.chunk(2, dim=-1)
        else:  # an adapter on the three together
            query, key, value = own.Wqkv(normed).chunk(3, dim=-1)
            query = places.rows(query)
        apart = [heads(one, own.head_dim) for one in (query, key, value)]
        query, key = rotated(apart[0], apart[1], named["position_embeddings"], places)
        context = attention(
            query,
            key,
            apart[2],
            places,
            mask,
            dropout=own.attention_dropout if own.training else 0.0,
            scale=own.head_dim**-0.5,
        )
        attended = places.at(states) + own.out_drop(own.Wo(context))
        result: Tensor = attended + layer.mlp(layer.mlp_norm(attended))
        return result

    def linear_rows(self, config: Any, name: str, *, tokens: float, predicted: float, narrowed: bool) -> float:
        if narrowed and name.endswith("Wqkv"):
            return (2 * tokens + predicted) / 3
        return predicted if narrowed else tokens
