"""What a masked language model gives the tokens that stood where a mask is, computed where it is asked for."""

import sys
from typing import Any

import torch
from torch import Tensor

from maskzoo.models.common.heads import projection, transform
from maskzoo.models.common.probabilities import WORDS, log_probabilities
from maskzoo.models.common.pseudo_likelihood import Predict
from maskzoo.models.common.scored_states import hidden_at

# a CPU is fastest where what it works on stays in its caches
NUMBERS_AT_ONCE = 1 << 18  # of hidden states in the encoder: tokens x hidden size


def predictor(model: Any) -> Predict:
    """`Predict` of a transformers masked language model: last layer and head see the scored positions only.

    On a CPU the encoder runs on few copies at once and the head on a part of the vocabulary at once, but on all copies:
    reading its matrix is what it takes its time for.
    """
    device, hidden_of = next(model.parameters()).device, hidden_at(model)
    cached = device.type == "cpu"
    weight, bias = projection(model)
    tokens = NUMBERS_AT_ONCE // model.config.hidden_size if cached else sys.maxsize

    def predict(ids: Tensor, attention: Tensor, positions: Tensor, targets: Tensor) -> Tensor:
        parts = [
            tuple(one.to(device) for one in (ids[span, :width], attention[span, :width], positions[span]))
            for span, width in _spans(attention.sum(dim=1), tokens)
        ]
        targets = targets.to(device)
        states = transform(model, torch.cat([hidden_of(*part) for part in parts]))
        return log_probabilities(states, weight, bias, targets, words=WORDS if cached else len(weight))

    return predict


def _spans(lengths: Tensor, tokens: int) -> list[tuple[slice, int]]:
    """Consecutive copies of at most so many tokens when padded, one at least, and the longest of each part."""
    found: list[tuple[slice, int]] = []
    start = longest = 0
    for place, length in enumerate(lengths.tolist()):
        if place > start and max(longest, length) * (place + 1 - start) > tokens:
            found.append((slice(start, place), longest))
            start, longest = place, 0
        longest = max(longest, length)
    return [*found, (slice(start, len(lengths)), longest)]
