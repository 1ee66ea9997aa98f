"""Funnel Transformer. Dai et al. 2020 (https://arxiv.org/abs/2006.03236)."""

from typing import TYPE_CHECKING, Any

from maskzoo.models.common import generic

if TYPE_CHECKING:
    from torch import Tensor

MODEL_TYPES = ("funnel",)


class Architecture(generic.Architecture):
    """States are halved from block to block, and brought back by a decoder; pieces of few tokens are filled up."""

    def run(
        self, model: Any, ids: "Tensor", attention: "Tensor | None" = None, positions: "Tensor | None" = None
    ) -> "Tensor":
        from torch.nn.functional import pad

        length, shortest = ids.shape[1], _shortest(model.config)
        if length >= shortest:
            return super().run(model, ids, attention, positions)
        attention = ids.new_ones(ids.shape) if attention is None else attention
        more = shortest - length
        filled = pad(ids, (0, more), value=model.config.pad_token_id or 0)
        return super().run(model, filled, pad(attention, (0, more)))[:, :length]


def _shortest(config: Any) -> int:
    """How few tokens the library can halve from block to block."""
    halved: int = len(config.block_sizes) - (1 if config.separate_cls else 2)
    return 1 + (1 << max(0, halved))
