"""ESM-1b and ESM-2, BERT for proteins. Rives et al. 2021; Lin et al. 2023 (https://doi.org/10.1126/science.ade2574)."""

from typing import TYPE_CHECKING, Any

from maskzoo.models import roberta
from maskzoo.models.common.architecture import value

if TYPE_CHECKING:
    from torch import Tensor

    from maskzoo.models.common.last_layer import Places

MODEL_TYPES = ("esm",)


class Architecture(roberta.Architecture):
    """Layer norms stand before what they normalise; positions absolute or rotary; masks may be zeroed and scaled."""

    EMBEDDING_NORM = "embeddings.layer_norm"
    UNUSED = ("pooler.dense", "contact_head.regression")
    ENDS_IN_BLOCK = False
    PROMPT = False  # embeddings are scaled and masked by what the tokens are, and a prompt is no token

    def has_table(self, config: Any) -> bool:
        return bool(value(config, "position_embedding_type", "absolute") == "absolute")

    def states(self, body: Any, ids: "Tensor", positions: "Tensor", mask: "Tensor | None") -> Any:
        # the encoder would multiply its embeddings by a mask of two dimensions: embed first
        looked_up = positions + self.position_offset(body.config)
        embeddings = body.embeddings(inputs_embeds=_words(body, ids, mask), position_ids=looked_up)
        return body(inputs_embeds=embeddings, attention_mask=mask, position_ids=positions).last_hidden_state

    def projection(self, model: Any) -> "tuple[Tensor, Tensor | None]":
        return model.lm_head.decoder.weight, model.lm_head.bias

    def narrowed(
        self, layer: Any, places: "Places", states: "Tensor", mask: "Tensor | None", named: dict[str, Any]
    ) -> "Tensor":
        from maskzoo.models.common.blocks import attention, heads, rotated

        own, size = layer.attention.self, layer.attention.self.attention_head_size
        normed = layer.attention.LayerNorm(states)
        query, key = heads(own.query(places.rows(normed)), size), heads(own.key(normed), size)
        if own.position_embedding_type == "rotary":
            query, key = rotated(query, key, named["position_embeddings"], places)
        context = attention(
            query,
            key,
            heads(own.value(normed), size),
            places,
            mask,
            dropout=own.dropout if own.training else 0.0,
            scale=size**-0.5,
        )
        attended = layer.attention.output(context, places.at(states))
        result: Tensor = layer.output(layer.intermediate(layer.LayerNorm(attended)), attended)
        return result


def _words(body: Any, ids: "Tensor", mask: "Tensor | None") -> "Tensor":
    """Word embeddings; with `token_dropout`, masks are zero and the rest of their document is scaled.

    The published models were trained with 12 % of the positions zeroed, and scale what is left by 0.88 over the share
    that is left, of what the token may look at.
    """
    words: Tensor = body.embeddings.word_embeddings(ids)
    if not body.config.token_dropout:
        return words
    masked = ids == body.config.mask_token_id
    if mask is None:
        share = masked.float().mean(dim=1, keepdim=True)
    else:
        same = mask[:, 0].float()
        share = (same * masked[:, None, :]).sum(-1) / same.sum(-1)
    left = (1 - share).clamp(min=1 / ids.shape[1])
    scaled: Tensor = words.masked_fill(masked[..., None], 0.0) * (1 - 0.15 * 0.8) / left[..., None]
    return scaled
