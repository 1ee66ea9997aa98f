"""Several documents in one window, each seeing only itself, through the encoders of plain transformers.

A packed window gives the hidden states that its documents would give one at a time: attention is block-diagonal and
positions start again with every document. Each architecture wants the block mask in its own way; nothing else differs.
"""

from typing import Any

import torch
from torch import Tensor

# position 0 of these is row `pad id + 1` of the table
_PADDED_POSITIONS = ("roberta", "xlm-roberta", "esm")


def position_offset(config: Any) -> int:
    """What is added to a position before the model looks it up."""
    return int(config.pad_token_id) + 1 if config.model_type in _PADDED_POSITIONS else 0


def longest_sequence(config: Any) -> int:
    """How many tokens in a row the model has positions for."""
    return int(config.max_position_embeddings) - position_offset(config)


def block_mask(documents: Tensor, *, causal: bool = False) -> Tensor:
    """(batch, length) document numbers to (batch, 1, length, length) booleans: may this token look at that one.

    A token sees its document; where attention is causal, itself and what stands before it in its document.
    """
    same = documents[:, :, None] == documents[:, None, :]
    return (same.tril() if causal else same)[:, None]


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
    body, config = model.base_model, model.config
    if documents is None and causal:
        documents = torch.zeros_like(ids)
    mask = None if documents is None else block_mask(documents, causal=causal)
    looked_up = positions + position_offset(config)
    match config.model_type:
        case "modernbert":
            masks = None if mask is None else {"full_attention": mask, "sliding_attention": mask & _near(config, ids)}
            states = body(input_ids=ids, attention_mask=masks, position_ids=positions)
        case "esm":
            # the encoder would multiply its embeddings by a mask of two dimensions: embed first
            embeddings = body.embeddings(inputs_embeds=_esm_words(body, ids, mask), position_ids=looked_up)
            states = body(inputs_embeds=embeddings, attention_mask=mask, position_ids=positions)
        case "deberta-v2":
            embeddings = body.embeddings(input_ids=ids, position_ids=positions)
            everything = ids.new_ones(ids.shape) if mask is None else mask
            states = body.encoder(embeddings, everything, output_hidden_states=False, return_dict=True)
        case _:
            states = body(input_ids=ids, attention_mask=mask, position_ids=looked_up)
    hidden: Tensor = states.last_hidden_state
    return hidden


def _near(config: Any, ids: Tensor) -> Tensor:
    """(length, length): within the sliding window of ModernBERT's local layers."""
    place: Tensor = torch.arange(ids.shape[1], device=ids.device)
    near: Tensor = (place[:, None] - place[None, :]).abs() <= config.sliding_window
    return near


def _esm_words(body: Any, ids: Tensor, mask: Tensor | None) -> Tensor:
    """Word embeddings of ESM; with its `token_dropout`, masks are zero and the rest of their document is scaled.

    The published models were trained with 12 % of the positions zeroed, and scale what is left by 0.88 over the share
    that is left, of what the token may look at.
    """
    words: Tensor = body.embeddings.word_embeddings(ids)
    if not body.config.token_dropout:
        return words
    masked = ids == body.config.mask_token_id
    if mask is None:
        share = masked.float().mean(dim=1, keepdim=True)
    else:
        same = mask[:, 0].float()
        share = (same * masked[:, None, :]).sum(-1) / same.sum(-1)
    left = (1 - share).clamp(min=1 / ids.shape[1])
    scaled: Tensor = words.masked_fill(masked[..., None], 0.0) * (1 - 0.15 * 0.8) / left[..., None]
    return scaled
