"""RoBERTa and what was made like it in other languages. Liu et al. 2019 (https://arxiv.org/abs/1907.11692).

XLM-R, Conneau et al. 2020 (https://arxiv.org/abs/1911.02116); CamemBERT, Martin et al. 2020
(https://arxiv.org/abs/1911.03894); data2vec for text, Baevski et al. 2022 (https://arxiv.org/abs/2202.03555).
"""

from typing import TYPE_CHECKING, Any

from maskzoo.models import bert

if TYPE_CHECKING:
    from torch import Tensor

MODEL_TYPES = ("roberta", "xlm-roberta", "camembert", "data2vec-text")


class Architecture(bert.Architecture):
    """BERT with a head of its own and positions that begin behind that of padding."""

    TRANSFORM = "lm_head.layer_norm"
    PADDED_POSITIONS = True

    def transform(self, model: Any, states: "Tensor") -> "Tensor":
        from torch.nn.functional import gelu

        transformed: Tensor = model.lm_head.layer_norm(gelu(model.lm_head.dense(states)))
        return transformed
