"""The vocabulary head of each architecture, cut in two: a small transform, and the large projection to the vocabulary.

Only so can a loss be computed at the predicted positions alone, in pieces, without ever holding all logits.
"""

from typing import Any

import torch
from torch import Tensor

from maskzoo import models


def at_places(states: Tensor, predicted: Tensor, number: int) -> Tensor:
    """States at the predicted positions, (number, hidden), in row order.

    `states[predicted]`, but the number is known beforehand, so that nobody waits for a GPU to count.
    """
    rows, columns = predicted.nonzero_static(size=number).unbind(1)
    return states[rows, columns]


def transform(model: Any, states: Tensor) -> Tensor:
    """What stands between the encoder and the projection: (..., hidden) to (..., hidden)."""
    return models.of(model).transform(model, states)


def projection(model: Any) -> tuple[Tensor, Tensor | None]:
    """Weight (vocabulary, hidden) and bias (vocabulary,) of the projection."""
    return models.of(model).projection(model)


def head_parameters(model: Any) -> list[torch.nn.Parameter]:
    """Parameters that belong to the head alone (not the projection where it is tied to the embeddings)."""
    prefix = f"{model.base_model_prefix}."
    return [parameter for name, parameter in model.named_parameters() if not name.startswith(prefix)]
