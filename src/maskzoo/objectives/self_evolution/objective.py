"""The cross-entropy with softened targets, summed over the predicted positions; one more forward pass a step."""

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from maskzoo.models.common import probabilities
from maskzoo.models.common.flops import step_flops
from maskzoo.models.common.heads import projection
from maskzoo.objectives.common.batch import Inputs, Loss, TrainingBatch
from maskzoo.objectives.common.objective import Context
from maskzoo.objectives.mlm import objective as mlm
from maskzoo.objectives.self_evolution import Settings

ROWS = 256  # logits held at a time


class Objective(mlm.Objective):
    """Masked language modeling's loss against the original token and the model's own distribution."""

    def __init__(self, model: Any, settings: Settings | None = None, context: Context | None = None) -> None:
        super().__init__(model, settings, context)
        self.smoothing = (settings or Settings()).smoothing

    def forward(self, inputs: Inputs) -> Loss:
        """See `maskzoo.objectives.common.objective`."""
        encoded = self.states(inputs)
        hard = self.loss(encoded, inputs.labels)
        if self.smoothing == 0:
            return Loss(hard)
        reference = self._reference(inputs)
        soft = hard.new_zeros(())
        said = probabilities.distributions(self.model, encoded, rows=ROWS)
        for log_p, own in zip(said, torch.split(reference, ROWS), strict=True):
            with torch.no_grad():
                wanted = probabilities.logits(self.model, own).float().softmax(dim=-1)
            soft = soft - (wanted * log_p).sum()
        return Loss((1 - self.smoothing) * hard + self.smoothing * soft)

    def flops(self, batch: TrainingBatch) -> float:
        """Those of masked language modeling, a forward pass for the targets, and one more projection for their loss."""
        rows, length = batch.targets.ids.shape
        shape = {"windows": rows, "length": length, "predicted": batch.of_predicted}
        both = step_flops(self.model, **shape)
        if self.smoothing == 0:
            return both
        weight, _ = projection(self.model)
        trained = any(one.requires_grad for one in self.model.parameters())
        soft = 2.0 * weight.numel() * batch.of_predicted * (1 + trained + weight.requires_grad)
        return both + step_flops(self.model, **shape, backward=False) + soft

    @torch.no_grad()
    def _reference(self, inputs: Inputs) -> Tensor:
        """States before the projection for the unmasked text at the predicted positions, (predicted, hidden size)."""
        whole = inputs.ids.masked_scatter(inputs.predicted, inputs.labels)
        training = self.model.training
        self.model.eval()
        states = self.states(replace(inputs, ids=whole))
        self.model.train(training)
        return states
