"""BigBird. Zaheer et al. 2020 (https://arxiv.org/abs/2007.14062)."""

from typing import TYPE_CHECKING, Any

from maskzoo.models.common import generic

if TYPE_CHECKING:
    from torch import Tensor

MODEL_TYPES = ("big_bird",)


class Architecture(generic.Architecture):
    """Attention is sparse in long rows alone.

    The library turns it into full attention for good at the first short row; here every row has what it would have had
    in a model that has just been loaded.
    """

    def run(
        self, model: Any, ids: "Tensor", attention: "Tensor | None" = None, positions: "Tensor | None" = None
    ) -> "Tensor":
        config = model.config
        short = ids.shape[1] <= (5 + 2 * config.num_random_blocks) * config.block_size
        model.base_model.set_attention_type("original_full" if short else config.attention_type)
        return super().run(model, ids, attention, positions)
