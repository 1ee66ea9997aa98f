"""DeBERTa-v2 and -v3. He et al. 2021 (https://arxiv.org/abs/2006.03654, https://arxiv.org/abs/2111.09543)."""

from typing import TYPE_CHECKING, Any

from maskzoo.models.common import architecture
from maskzoo.models.common.architecture import value

if TYPE_CHECKING:
    from torch import Tensor

MODEL_TYPES = ("deberta-v2",)
_OF_POSITIONS = ("pos_key_proj", "pos_query_proj")  # go over the relative positions once, not over the tokens
_SHARED = ("query_proj", "key_proj")


class Architecture(architecture.Architecture):
    """Attention looks at contents and at relative positions; the newer head projects by the embeddings themselves."""

    PLACES = {  # noqa: RUF012
        **architecture.BERT_PLACES,
        "query": "attention.self.query_proj",
        "key": "attention.self.key_proj",
        "value": "attention.self.value_proj",
    }
    SHORTENS = False  # its layers look at distances between neighbours

    def objection(self, config: Any) -> str | None:
        """xlarge and xxlarge of v2 mix neighbouring tokens by a convolution."""
        if (value(config, "conv_kernel_size") or 0) > 0:
            return "has a convolution over neighbouring tokens, which looks across documents"
        return None

    def has_table(self, config: Any) -> bool:
        return bool(value(config, "position_biased_input", True))

    def before_projection(self, model: Any) -> str | None:
        name = "cls.predictions.transform" if getattr(model, "legacy", True) else "lm_predictions.lm_head.LayerNorm"
        own = type(model).__name__.endswith("ForMaskedLM") and name in dict(model.named_modules())
        return name if own else None

    def states(self, body: Any, ids: "Tensor", positions: "Tensor", mask: "Tensor | None") -> Any:
        embeddings = body.embeddings(input_ids=ids, position_ids=positions)
        everything = ids.new_ones(ids.shape) if mask is None else mask
        return body.encoder(embeddings, everything, output_hidden_states=False, return_dict=True).last_hidden_state

    def transform(self, model: Any, states: "Tensor") -> "Tensor":
        if model.legacy:
            transformed: Tensor = model.cls.predictions.transform(states)
        else:
            head = model.lm_predictions.lm_head
            transformed = head.LayerNorm(head.transform_act_fn(head.dense(states)))
        return transformed

    def projection(self, model: Any) -> "tuple[Tensor, Tensor | None]":
        if model.legacy:
            return super().projection(model)
        return model.deberta.embeddings.word_embeddings.weight, model.lm_predictions.lm_head.bias

    def linear_rows(self, config: Any, name: str, *, tokens: float, predicted: float, narrowed: bool) -> float:
        relative = relative_positions(config)
        if name.endswith(_OF_POSITIONS):
            return relative
        shared = relative and getattr(config, "share_att_key", False) and name.endswith(_SHARED)
        return tokens + relative if shared else tokens

    def pairs_flops(self, config: Any, windows: int, length: int) -> float:
        pairs, relative = 2 * length, relative_positions(config)
        if relative:
            pairs += relative * sum(kind in config.pos_att_type for kind in ("c2p", "p2c"))
        return float(2.0 * windows * length * pairs * config.hidden_size * config.num_hidden_layers)

    def grow(self, model: Any, size: int) -> list[Any]:
        if model.legacy:
            return super().grow(model, size)
        # the library takes a layer of the newer head for the projection
        model.base_model.resize_token_embeddings(size, mean_resizing=False)
        head = model.lm_predictions.lm_head
        return [model.get_input_embeddings().weight, architecture.grown(head.bias, size)]


def relative_positions(config: Any) -> int:
    """How many relative positions there are embeddings for."""
    if not config.relative_attention:
        return 0
    buckets = getattr(config, "position_buckets", -1)
    longest = config.max_relative_positions if config.max_relative_positions > 0 else config.max_position_embeddings
    return 2 * int(buckets if buckets > 0 else longest)
