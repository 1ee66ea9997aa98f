"""Masked language modeling in which the masks join only the upper layers: the lower ones see what is left of a text.

Liao et al. 2022, "Mask More and Mask Later: Efficient Pre-training of Masked Language Models by Disentangling the
[MASK] Token" (https://arxiv.org/abs/2211.04898): at a masking rate of 50 % the lower layers see half of the tokens. A
position that shows the mask is left out, every other one keeps its place and sees the others of its document; below the
top sixth of the layers (the last one of six, the last two of twelve) the masks are put back as their embeddings, and
from there on all is as ever. There the paper adds a decoder of two layers that is dropped afterwards; here the top
layers of the encoder are that decoder, so nothing has to be dropped or added.

What is released has never seen a mask in its lower layers: let a phase of `mlm` follow, as the schedule
`masks_later_then_mlm` does, before masks are to be filled. Losses under the frozen mask are always those of the plain
model. Not for DeBERTa, whose layers look at distances between neighbours, and not beside soft prompts.
"""

from functools import partial
from typing import Any

import torch
from torch import Tensor

from maskzoo import models
from maskzoo.errors import UserError
from maskzoo.models.common.last_layer import Places, encoder_layers
from maskzoo.objectives import mlm


class Objective(mlm.Objective):
    """The loss of a masked language model, summed over the predicted positions.

    Attributes:
        lower: how many layers see no mask.
    """

    def __init__(self, model: Any, *, compiled: bool = False) -> None:
        """
        Raises:
            UserError: an architecture whose lower layers cannot leave tokens out, or one of a single layer.
        """
        super().__init__(model)  # layers whose input changes its length from step to step are not compiled
        layers = model.config.num_hidden_layers
        if not models.of(model).SHORTENS or layers < 2:
            raise UserError(
                f"masks_later cannot leave tokens out of the lower layers of this {model.config.model_type}",
                expected="an encoder of two layers or more whose attention does not look at distances, no deberta-v2",
            )
        self.lower = layers - -(-layers // 6)

    def states(self, ids: Tensor, positions: Tensor, documents: Tensor | None, hidden: Tensor, number: int) -> Tensor:
        """What is projected to the vocabulary at the `number` hidden positions, (number, hidden size)."""
        assert self.mask_id is not None, "told by the loop"
        kept = ids.ne(self.mask_id)
        shorter = _Shorter(kept)
        layers = encoder_layers(self.model)[: self.lower]
        for place, layer in enumerate(layers):
            layer.forward = partial(shorter.through, layer.forward, first=place == 0, last=place == self.lower - 1)
        try:
            return super().states(ids, positions, documents, hidden, number)
        finally:
            for layer in layers:
                del layer.forward


class _Shorter:
    """The lower layers of one forward pass, on the tokens that are kept."""

    def __init__(self, kept: Tensor) -> None:
        """
        Args:
            kept: (batch, length) booleans.
        """
        self.places = Places.of(kept, int(kept.sum()), wait=True)
        padded = self.places.padded
        assert padded is not None
        self.columns = padded % kept.shape[1]
        here = torch.arange(padded.shape[1], device=kept.device) < kept.sum(dim=1, keepdim=True)
        self.real = None if bool(here.all()) else here[:, None, None, :]  # what fills up shorter rows is not looked at
        self.masks: dict[int, Tensor | None] = {}

    def through(
        self,
        whole: Any,
        states: Tensor,
        mask: Tensor | None = None,
        *others: Any,
        first: bool,
        last: bool,
        **named: Any,
    ) -> Tensor:
        """What stands for a layer's own forward during the pass; `whole` is that one."""
        mask = named.pop("attention_mask", mask)
        if first:
            if states.shape[:2] != self.places.shape:
                raise UserError("masks_later does not go with an adapter that puts a prompt before every text")
            self.embedded = states
            states = self.places.rows(states)
        if "position_embeddings" in named and named["position_embeddings"] is not None:
            batch = self.places.shape[0]
            angles = (self.places.rows(angle.expand(batch, -1, -1)) for angle in named["position_embeddings"])
            named["position_embeddings"] = tuple(angles)
        result: Tensor = whole(states, self._mask(mask), *others, **named)
        if last:
            left = self.places.out_of_rows(result)
            flat = self.embedded.flatten(0, 1).to(left.dtype)
            result = flat.index_copy(0, self.places.chosen, left).view(*self.places.shape, -1)
        return result

    def _mask(self, mask: Tensor | None) -> Tensor | None:
        """(batch, 1, length, length) to (batch, 1, most, most)."""
        if mask is None:
            return self.real
        if id(mask) not in self.masks:
            rows = self.places.rows(mask.expand(self.places.shape[0], -1, -1, -1)[:, 0])
            few = rows.gather(2, self.columns[:, None, :].expand(-1, rows.shape[1], -1))[:, None]
            self.masks[id(mask)] = few if self.real is None else few & self.real
        return self.masks[id(mask)]
