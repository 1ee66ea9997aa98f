"""The state of the first token of every row beside those that something is predicted at, in one pass of the encoder."""

from typing import Any

from torch import Tensor

from maskzoo.models.common.flops import step_flops
from maskzoo.models.common.heads import head_parameters, projection
from maskzoo.models.common.last_layer import encode_at
from maskzoo.objectives.common.batch import Inputs, TrainingBatch


def encode_with_first(model: Any, inputs: Inputs) -> tuple[Tensor, Tensor]:
    """Last hidden states of the first tokens, (rows, hidden), and at the predicted positions, (predicted, hidden).

    The first token must not be predicted itself.
    """
    rows, number = len(inputs.ids), len(inputs.labels)
    seen = inputs.predicted.clone()
    seen[:, 0] = True
    encoded = encode_at(model, inputs.ids, inputs.positions, inputs.documents, seen, number + rows)
    counts = seen.sum(dim=1)
    first = counts.cumsum(0) - counts
    others = seen.new_ones(len(encoded)).index_fill(0, first, False).nonzero_static(size=number)[:, 0]
    return encoded[first], encoded[others]


def flops_with_first(model: Any, batch: TrainingBatch) -> float:
    """FLOPs of a step of masked language modeling with these states, of which those of first tokens see no head."""
    rows, length = batch.targets.ids.shape
    whole: float = step_flops(model, windows=rows, length=length, predicted=batch.of_predicted + rows)
    return float(whole - 6.0 * rows * head_entries(model))


def head_entries(model: Any) -> int:
    """Entries of the matrices that a predicted state goes through: the transform's, and the projection's."""
    weight, _ = projection(model)
    others = (one for one in head_parameters(model) if one.ndim == 2 and one is not weight)
    return sum(one.numel() for one in others) + weight.numel()
