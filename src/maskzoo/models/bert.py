"""BERT and ERNIE. Devlin et al. 2019 (https://arxiv.org/abs/1810.04805); Sun et al. 2019 (1904.09223)."""

from typing import TYPE_CHECKING, Any

from maskzoo.models.common import architecture

if TYPE_CHECKING:
    from torch import Tensor

    from maskzoo.models.common.last_layer import Places

MODEL_TYPES = ("bert", "ernie")


class Architecture(architecture.Architecture):
    """The layer norms stand behind what they normalise; the head is a linear layer, activation and layer norm."""

    TRANSFORM = "cls.predictions.transform"
    NARROWS = True
    ENDS_IN_BLOCK = True
    PROMPT = True

    def transform(self, model: Any, states: "Tensor") -> "Tensor":
        transformed: Tensor = model.cls.predictions.transform(states)
        return transformed

    def narrowed(
        self, layer: Any, places: "Places", states: "Tensor", mask: "Tensor | None", named: dict[str, Any]
    ) -> "Tensor":
        from maskzoo.models.common.blocks import attention, heads

        own = layer.attention.self
        context = attention(
            heads(own.query(places.rows(states)), own.attention_head_size),
            heads(own.key(states), own.attention_head_size),
            heads(own.value(states), own.attention_head_size),
            places,
            mask,
            dropout=own.dropout.p if own.training else 0.0,
            scale=own.scaling,
        )
        attended = layer.attention.output(context, places.at(states))
        result: Tensor = layer.output(layer.intermediate(attended), attended)
        return result
