"""ELECTRA, its generator and its discriminator. Clark et al. 2020 (https://arxiv.org/abs/2003.10555)."""

from typing import TYPE_CHECKING, Any

from maskzoo.models import bert

if TYPE_CHECKING:
    from torch import Tensor

MODEL_TYPES = ("electra",)


class Architecture(bert.Architecture):
    """BERT whose embeddings may be narrower than its layers, so that the head leads back to their width."""

    TRANSFORM = "generator_predictions"

    def transform(self, model: Any, states: "Tensor") -> "Tensor":
        transformed: Tensor = model.generator_predictions(states)
        return transformed
