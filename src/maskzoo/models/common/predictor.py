"""What a masked language model gives the tokens that stood where a mask is, computed where it is asked for."""

import sys
from typing import Any

import torch
from torch import Tensor

from maskzoo.models.common.heads import projection, transform
from maskzoo.models.common.pseudo_likelihood import Predict
from maskzoo.models.common.scored_states import hidden_at

# a CPU is fastest where what it works on stays in its caches
NUMBERS_AT_ONCE = 1 << 18  # of hidden states in the encoder: tokens x hidden size
WORDS_AT_ONCE = 1024  # of the vocabulary in the head


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
        return log_probabilities(states, weight, bias, targets, words=WORDS_AT_ONCE if cached else len(weight))

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


def log_probabilities(states: Tensor, weight: Tensor, bias: Tensor | None, targets: Tensor, *, words: int) -> Tensor:
    """log softmax(states weight^T + bias) at the targets (copies,), float64; `words` columns of the logits at once.

    Args:
        states: (copies, hidden).
        weight: (vocabulary, hidden).
    """
    own = torch.linalg.vecdot(states, weight[targets])
    if bias is not None:
        own = own + bias[targets]
    sums = []
    for start in range(0, len(weight), words):
        logits = (states @ weight[start : start + words].T).float()
        if bias is not None:
            logits += bias[start : start + words]
        top = logits.amax(dim=-1, keepdim=True).clamp_(min=torch.finfo(logits.dtype).min)  # of -inf alone: exp is 0
        # torch's own logsumexp takes new room for every step
        sums.append(logits.sub_(top).exp_().sum(dim=-1).log_().add_(top[:, 0]))
    found: Tensor = own.double() - torch.stack(sums).double().logsumexp(dim=0)
    return found
