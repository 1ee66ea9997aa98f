"""RoBERTa. Liu et al. 2019 (https://arxiv.org/abs/1907.11692)."""

from typing import TYPE_CHECKING, Any

from maskzoo.models import bert

if TYPE_CHECKING:
    from torch import Tensor

MODEL_TYPES = ("roberta",)


class Architecture(bert.Architecture):
    """BERT with a head of its own and positions that begin behind that of padding."""

    TRANSFORM = "lm_head.layer_norm"
    PADDED_POSITIONS = True

    def transform(self, model: Any, states: "Tensor") -> "Tensor":
        from torch.nn.functional import gelu

        transformed: Tensor = model.lm_head.layer_norm(gelu(model.lm_head.dense(states)))
        return transformed
