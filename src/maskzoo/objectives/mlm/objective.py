"""The loss of `...ForMaskedLM`, computed where something is predicted and nowhere else."""

from typing import Any

import torch
from torch import Tensor

from maskzoo.models.common.cross_entropy import summed_cross_entropy
from maskzoo.models.common.heads import projection, transform
from maskzoo.models.common.last_layer import compile_layers, encode_at
from maskzoo.objectives.common import objective
from maskzoo.objectives.common.batch import Inputs, Loss


class Objective(objective.Objective):
    """The cross-entropy of a masked language model, summed over the predicted positions."""

    tells = True
    causal = False

    def __init__(self, model: Any, settings: Any = None, context: objective.Context | None = None) -> None:
        super().__init__(model, settings, context)
        if self.context.compiled:
            compile_layers(model)

    def forward(self, inputs: Inputs) -> Loss:
        """See `maskzoo.objectives.common.objective`."""
        return Loss(self.loss(self.states(inputs), inputs.labels))

    def states(self, inputs: Inputs) -> Tensor:
        """What is projected to the vocabulary at the predicted positions, (predicted, hidden size)."""
        encoded = encode_at(
            self.model,
            inputs.ids,
            inputs.positions,
            inputs.documents,
            inputs.predicted,
            len(inputs.labels),
            causal=self.causal,
        )
        return transform(self.model, encoded)

    def loss(self, states: Tensor, labels: Tensor) -> Tensor:
        """Cross-entropy of the labels, summed; told to `outcomes` one by one."""
        seen = None
        if self.outcomes is not None:
            seen = states.new_empty((2, len(labels)), dtype=torch.float32)
            self.outcomes.append(seen)
        return summed_cross_entropy(states, *projection(self.model), labels, seen=seen)
