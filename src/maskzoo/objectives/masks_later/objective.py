"""The loss of a masked language model whose lower layers leave masked positions out."""

from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from maskzoo import models
from maskzoo.errors import UserError
from maskzoo.models.common.flops import step_flops
from maskzoo.models.common.last_layer import Places, encoder_layers
from maskzoo.objectives.common.batch import Inputs, TrainingBatch
from maskzoo.objectives.common.objective import Context
from maskzoo.objectives.mlm import objective as mlm


class Objective(mlm.Objective):
    """The loss of a masked language model, summed over the predicted positions.

    Attributes:
        lower: how many layers see no mask.
        mask_id: what stands where a token is masked.
    """

    def __init__(self, model: Any, settings: Any = None, context: Context | None = None) -> None:
        """
        Raises:
            UserError: an architecture whose lower layers cannot leave tokens out, or one of a single layer.
        """
        context = context or Context()
        # layers whose input changes its length from step to step are not compiled
        super().__init__(model, settings, Context(context.data, context.tables, gather=context.gather))
        layers = model.config.num_hidden_layers
        if not models.of(model).SHORTENS or layers < 2:
            raise UserError(
                f"masks_later cannot leave tokens out of the lower layers of this {model.config.model_type}",
                expected="an encoder of two layers or more whose attention does not look at distances, no deberta-v2",
            )
        self.lower = layers - -(-layers // 6)
        self.mask_id = context.data.mask_id if context.data is not None else None

    def states(self, inputs: Inputs) -> Tensor:
        """What is projected to the vocabulary at the predicted positions, (predicted, hidden size)."""
        assert self.mask_id is not None
        shorter = _Shorter(inputs.ids.ne(self.mask_id))
        layers = encoder_layers(self.model)[: self.lower]
        for place, layer in enumerate(layers):
            layer.forward = partial(shorter.through, layer.forward, first=place == 0, last=place == self.lower - 1)
        try:
            return super().states(inputs)
        finally:
            for layer in layers:
                del layer.forward

    def flops(self, batch: TrainingBatch) -> float:
        """Those of masked language modeling without what the lower layers save: rows, and pairs of rows.

        They work on as many positions of every row as the row with the fewest masks has left.
        """
        rows, length = batch.targets.ids.shape
        masks = rows * int((batch.targets.ids == self.mask_id).sum(axis=1).min())
        lower = encoder_layers(self.model)[: self.lower]
        inside = {id(part) for layer in lower for part in layer.modules()}
        saved, passes = 0.0, False  # whether gradients pass through, as something below is trained
        for part in self.model.modules():
            if isinstance(part, nn.Linear) and id(part) in inside:
                saved += 2.0 * part.weight.numel() * masks * (1 + passes + part.weight.requires_grad)
            passes = passes or any(one.requires_grad for one in part.parameters(recurse=False))
        through = any(one.requires_grad for one in self.model.base_model.parameters())
        pairs = 4.0 * rows * length**2 * self.model.config.hidden_size * self.lower
        saved += pairs * (1 - (1 - masks / (rows * length)) ** 2) * (3 if through else 1)
        return float(step_flops(self.model, windows=rows, length=length, predicted=batch.of_predicted) - saved)


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
