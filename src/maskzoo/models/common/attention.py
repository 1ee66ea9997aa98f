"""Several documents in one window, each seeing only itself, through the encoders of plain transformers.

A packed window gives the hidden states that its documents would give one at a time: attention is block-diagonal and
positions start again with every document. Each architecture wants the block mask in its own way; nothing else differs.
"""

from typing import Any

import torch
from torch import Tensor

from maskzoo import models


def position_offset(config: Any) -> int:
    """What is added to a position before the model looks it up."""
    return models.of(config).position_offset(config)


def longest_sequence(config: Any) -> int:
    """How many tokens in a row the model has positions for."""
    return models.of(config).longest_sequence(config)


def block_mask(documents: Tensor, *, causal: bool = False) -> Tensor:
    """(batch, length) document numbers to (batch, 1, length, length) booleans: may this token look at that one.

    A token sees its document; where attention is causal, itself and what stands before it in its document.
    """
    same = documents[:, :, None] == documents[:, None, :]
    return (same.tril() if causal else same)[:, None]


def one_document(ids: Tensor) -> Tensor:
    """Document numbers where every row is one document, (batch, length)."""
    return torch.zeros_like(ids)


def encode(model: Any, ids: Tensor, positions: Tensor, documents: Tensor | None, *, causal: bool = False) -> Tensor:
    """Last hidden states of the encoder, (batch, length, hidden).

    Causal attention is a matter of the mask alone: no weight and no setting of the model changes, so it can be another
    at every step (AntLM, https://arxiv.org/abs/2412.03275), and what is saved is the encoder that it always was.

    Args:
        model: a `...ForMaskedLM`.
        ids: tokens, (batch, length).
        positions: from 0 in each document, (batch, length).
        documents: which document a token belongs to, (batch, length); None where every row is one document.
        causal: no token sees what stands after it; local attention stays local.
    """
    return models.of(model).encode(model, ids, positions, documents, causal=causal)
