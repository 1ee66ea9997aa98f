"""DistilBERT. Sanh et al. 2019 (https://arxiv.org/abs/1910.01108)."""

from typing import TYPE_CHECKING, Any

from maskzoo.models.common import architecture

if TYPE_CHECKING:
    from torch import Tensor

MODEL_TYPES = ("distilbert",)


class Architecture(architecture.Architecture):
    """BERT without token types and pooler, with its own names."""

    BLOCKS = "transformer.layer"
    PLACES = {  # noqa: RUF012
        "query": "attention.q_lin",
        "key": "attention.k_lin",
        "value": "attention.v_lin",
        "attention_output": "attention.out_lin",
        "ffn_in": "ffn.lin1",
        "ffn_out": "ffn.lin2",
    }
    TRANSFORM = "vocab_layer_norm"
    PROMPT = True

    def transform(self, model: Any, states: "Tensor") -> "Tensor":
        transformed: Tensor = model.vocab_layer_norm(model.activation(model.vocab_transform(states)))
        return transformed
