"""Hidden pieces as masked tokens, and what a masked language model fills in.

De Sousa and Hasselbring 2021 (JavaBERT) ask for hidden code tokens; Chen et al. 2025 (PepMLM) train and ask with a
whole peptide hidden after the protein that it binds.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers.modeling_outputs import MaskedLMOutput

from maskzoo import models
from maskzoo.adaptation.common.scorer import load_scorer
from maskzoo.errors import UserError
from maskzoo.models.common import probabilities
from maskzoo.models.common.heads import transform
from maskzoo.tasks.finetune_data import IGNORED, Encoded
from maskzoo.tasks.predictions import NoNumbersError, Predictions
from maskzoo.tasks.task_data import Split


@dataclass(frozen=True)
class Piece:
    """A hidden piece.

    Attributes:
        example, number: which piece of which example of the split.
        tokens: what was masked, in order; none where the tokenizer leaves nothing of the piece.
        spelled: characters that no token can answer for: unknown to the tokenizer, or beyond the longest input.
    """

    example: int
    number: int
    tokens: tuple[int, ...]
    spelled: int


@dataclass(frozen=True)
class EncodedPieces(Encoded):
    """A masked copy of the text for every piece; `labels` hold the hidden tokens.

    Attributes:
        pieces: of each copy; lost: pieces without a token, which have no copy.
        guess: nats that a character costs which no token answers for.
        decode: token ids -> the text they stand for.
    """

    pieces: list[Piece] = field(default_factory=list)
    lost: list[Piece] = field(default_factory=list)
    guess: float = 0.0
    decode: Callable[[Sequence[int]], str] = str


def encode(split: Split, tokenizer: Any, *, limit: int) -> EncodedPieces:
    """Mask all tokens that show a character of a piece; of a longer text the part around the piece is kept.

    A token that reaches over the edge of a piece is hidden as a whole, and has to be found as a whole.
    """
    batch = tokenizer(
        split.texts,
        return_offsets_mapping=True,
        return_special_tokens_mask=True,
        return_token_type_ids=False,
        return_attention_mask=False,
        verbose=False,
    )
    rows, labels, pieces, lost = [], [], [], []
    truncated = set()
    letters = {letter for text in split.texts for letter in text}
    for example in range(len(split)):
        ids, spans = batch["input_ids"][example], batch["offset_mapping"][example]
        head, tail = _specials(batch["special_tokens_mask"][example], ids, tokenizer.unk_token_id)
        for number, (start, end, _) in enumerate(split.parts["spans"][example]):
            hidden = [
                place
                for place in range(head, len(ids) - tail)
                if spans[place][0] < end and spans[place][1] > start and spans[place][1] > spans[place][0]
            ]
            if not hidden:
                lost.append(Piece(example, number, (), end - start))
                continue
            first, after = window(hidden[0] - head, hidden[-1] + 1 - head, len(ids) - head - tail, limit - head - tail)
            first, after = first + head, after + head
            if after - first < len(ids) - head - tail:
                truncated.add(example)
            seen = [place for place in hidden if place < after]
            # characters of unknown tokens, and those behind the last token that is seen
            spelled = sum(
                min(end, spans[place][1]) - max(start, spans[place][0])
                for place in seen
                if ids[place] == tokenizer.unk_token_id
            ) + max(0, end - (spans[seen[-1]][1] if len(seen) < len(hidden) else end))
            masked, row_labels = list(ids), [IGNORED] * len(ids)
            for place in seen:
                masked[place], row_labels[place] = tokenizer.mask_token_id, ids[place]
            keep = [*range(head), *range(first, after), *range(len(ids) - tail, len(ids))]
            rows.append([masked[place] for place in keep])
            labels.append([row_labels[place] for place in keep])
            pieces.append(Piece(example, number, tuple(ids[place] for place in seen), spelled))
    return EncodedPieces(
        rows,
        labels,
        len(truncated),
        pieces=pieces,
        lost=lost,
        guess=math.log(len(letters) + 1),
        decode=lambda tokens: str(tokenizer.decode(tokens, clean_up_tokenization_spaces=False)).strip(),
    )


def _specials(mask: Sequence[int], ids: Sequence[int], unknown: int | None) -> tuple[int, int]:
    """How many tokens at the beginning and at the end are the tokenizer's own."""
    own = [bool(mark) and token != unknown for mark, token in zip(mask, ids, strict=True)]
    head = next((place for place, mark in enumerate(own) if not mark), len(own))
    tail = next((place for place, mark in enumerate(reversed(own)) if not mark), 0)
    return head, tail


def window(first: int, after: int, length: int, limit: int) -> tuple[int, int]:
    """The part of `limit` tokens around a piece: beginning and end.

    Args:
        first, after: the tokens of the piece; where it is longer than the limit its beginning is kept.
    """
    if length <= limit:
        return 0, length
    begin = max(0, min(first - max(0, limit - (after - first)) // 2, length - limit))
    return begin, begin + limit


class Infiller(nn.Module):
    """A masked language model whose vocabulary projection is computed at hidden tokens alone."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model
        self.config = model.config

    @classmethod
    def load(cls, checkpoint: Path) -> "Infiller":
        """The model of a checkpoint, in float32.

        Raises:
            UserError: it has no head to fill in with.
        """
        model, reason = load_scorer(checkpoint)
        if model is None:
            raise UserError(
                f"{checkpoint} cannot fill in anything: {reason}",
                expected="for a cloze task a checkpoint with the head of masked language modelling",
            )
        return cls(model)

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        found: torch.device = self.model.device
        return found

    def forward(self, input_ids: Tensor, attention_mask: Tensor, labels: Tensor) -> Any:
        """Mean cross-entropy over hidden tokens, and their logits `(hidden tokens, vocabulary)` in row order.

        Args:
            labels: (batch, length), `IGNORED` but at hidden tokens.
        """
        places = labels != IGNORED
        states = models.of(self.model).encode_rows(self.model, input_ids, attention_mask)
        logits = probabilities.logits(self.model, transform(self.model, states[places]))
        return MaskedLMOutput(loss=functional.cross_entropy(logits.float(), labels[places]), logits=logits)


def answers(
    model: Infiller,
    split: Split,
    encoded: EncodedPieces,
    collate: Callable[..., dict[str, Any]],
    *,
    padding: int,
    batch_size: int,
) -> Predictions:
    """The likeliest token at every hidden one; a piece is right where its tokens, or the text they spell, are.

    What a tokenizer cannot say is never right, and costs the spelling of its characters by uniform guesses over the
    alphabet of the split, with an end sign for each such stretch.

    Raises:
        NoNumbersError: a logit is infinite or no number.
    """
    filled = [[""] * len(row) for row in split.gold]
    sums = np.zeros((len(split), 4))
    sums[:, 1] = [len(row) for row in split.gold]
    sums[:, 3] = [sum(map(len, row)) for row in split.gold]
    for piece in encoded.lost:
        sums[piece.example, 2] -= (piece.spelled + 1) * encoded.guess
    order = sorted(range(len(encoded)), key=lambda place: len(encoded.input_ids[place]))
    device = model.device
    model.eval()
    for start in range(0, len(order), batch_size):
        places = order[start : start + batch_size]
        batch = collate([encoded[place] for place in places], padding=padding)
        with torch.inference_mode(), torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"):
            logits = model(**{name: tensor.to(device) for name, tensor in batch.items()}).logits
        if not bool(logits.isfinite().all()):
            raise NoNumbersError
        tokens = batch["labels"][batch["labels"] != IGNORED].to(device)
        log_probability, best = probabilities.of_targets(logits, tokens)
        sure, likeliest = log_probability.double().cpu().numpy(), best.tolist()
        begin = 0
        for place in places:
            piece = encoded.pieces[place]
            end = begin + len(piece.tokens)
            gold, found = split.gold[piece.example][piece.number], tuple(likeliest[begin:end])
            text = encoded.decode(found)
            right = not piece.spelled and (found == piece.tokens or text == gold)
            filled[piece.example][piece.number] = gold if right else text
            sums[piece.example, 0] += right
            sums[piece.example, 2] += sure[begin:end].sum()
            if piece.spelled:
                sums[piece.example, 2] -= (piece.spelled + 1) * encoded.guess
            begin = end
    return Predictions(filled, scores=sums)
