"""What a masked language model says at given positions: logits, log-probabilities, whole distributions, losses.

Everybody who asks does it here: validation, scoring, cloze and filling, the losses of tokens that masking learns from,
softened targets, probes. Between states and the vocabulary stands a small transform; behind it only the positions that
are asked for are projected, in pieces, so that memory is flat in their number or in the size of the vocabulary.

`states` are those of the encoder, `transformed` what the head makes of them before it projects (see
`maskzoo.models.common.heads`); both are (number, hidden).
"""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from maskzoo.models.common.cross_entropy import summed_cross_entropy
from maskzoo.models.common.heads import projection, transform
from maskzoo.models.common.scored_states import hidden_at

ROWS = 256  # positions whose logits are held at once
WORDS = 1024  # of the vocabulary at once: on a CPU what is worked on stays in its caches


def logits(model: Any, transformed: Tensor) -> Tensor:
    """Logits over the whole vocabulary, (number, vocabulary), with gradients where they are wanted."""
    return functional.linear(transformed, *projection(model))


def distributions(model: Any, transformed: Tensor, *, rows: int = ROWS) -> Iterator[Tensor]:
    """Log-probabilities of the whole vocabulary, (up to `rows`, vocabulary) in float32 at a time, in order."""
    for piece in torch.split(transformed, rows):
        yield logits(model, piece).float().log_softmax(dim=-1)


def distributions_at(
    model: Any, ids: Tensor, attention: Tensor, positions: Tensor, *, rows: int = ROWS
) -> Iterator[Tensor]:
    """Log-probabilities of the whole vocabulary at one position of each text, (up to `rows`, vocabulary) at a time.

    Args:
        ids, attention: (texts, length); 1 where there is a token and 0 where a row is filled up.
        positions: (texts,).
    """
    yield from distributions(model, transform(model, hidden_at(model)(ids, attention, positions)), rows=rows)


def of_targets(said: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Of logits (number, vocabulary): log-probabilities of the targets, and the likeliest tokens, both (number,)."""
    log_probability = said.float().log_softmax(dim=-1)
    return log_probability.gather(1, targets[:, None])[:, 0], log_probability.argmax(dim=-1)


def log_probabilities(
    transformed: Tensor, weight: Tensor, bias: Tensor | None, targets: Tensor, *, words: int = WORDS
) -> Tensor:
    """log softmax(transformed weight^T + bias) at the targets (number,), float64; `words` columns of logits at once.

    Args:
        weight: (vocabulary, hidden).
    """
    own = torch.linalg.vecdot(transformed, weight[targets])
    if bias is not None:
        own = own + bias[targets]
    sums = []
    for start in range(0, len(weight), words):
        part = (transformed @ weight[start : start + words].T).float()
        if bias is not None:
            part += bias[start : start + words]
        top = part.amax(dim=-1, keepdim=True).clamp_(min=torch.finfo(part.dtype).min)  # of -inf alone: exp is 0
        # torch's own logsumexp takes new room for every step
        sums.append(part.sub_(top).exp_().sum(dim=-1).log_().add_(top[:, 0]))
    found: Tensor = own.double() - torch.stack(sums).double().logsumexp(dim=0)
    return found


def losses(model: Any, states: Tensor, labels: Tensor) -> Tensor:
    """Cross-entropy of every label, and whether no other token was more probable, (2, number)."""
    transformed = transform(model, states)
    seen = transformed.new_empty((2, len(labels)))
    summed_cross_entropy(transformed, *projection(model), labels, seen=seen)
    return seen


def loss_and_hits(model: Any, states: Tensor, labels: Tensor, *, rows: int = ROWS) -> Tensor:
    """Summed cross-entropy of the labels and how many were the likeliest token, (2,) in float64."""
    found = torch.zeros(2, dtype=torch.float64, device=states.device)
    pieces = torch.split(transform(model, states), rows)
    for piece, wanted in zip(pieces, torch.split(labels, rows), strict=True):
        said = logits(model, piece).float()
        found[0] += functional.cross_entropy(said, wanted, reduction="sum")
        found[1] += (said.argmax(-1) == wanted).sum()
    return found
