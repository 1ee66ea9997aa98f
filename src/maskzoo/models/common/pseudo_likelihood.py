"""Pseudo-log-likelihood: how probable a masked language model finds a text, one masked token at a time.

Sources: Salazar et al. (2020), Masked Language Model Scoring; Kauf & Ivanova (2023), A Better Way to Do Masked Language
Model Scoring (`within_word_l2r`).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from maskzoo.progress import Progress

VariantName = Literal["original", "within_word_l2r"]
VARIANTS: tuple[VariantName, ...] = ("original", "within_word_l2r")

# input ids (copies, length), attention mask (copies, length), positions (copies,), ids of the tokens that were there
# (copies,) -> their log probabilities (copies,), float64
Predict = Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Encoded:
    """One text as token ids.

    Attributes:
        ids: token ids with the tokenizer's own specials.
        words: for each token the number of its word, -1 for special tokens (never masked, never scored).
    """

    ids: tuple[int, ...]
    words: tuple[int, ...]

    @property
    def scored(self) -> list[int]:
        """Positions that are scored: all but the specials."""
        return [position for position, word in enumerate(self.words) if word >= 0]


def hidden_with(encoded: Encoded, position: int, variant: VariantName) -> list[int]:
    """Positions masked while `position` is scored: itself and, within_word_l2r, the later pieces of its word."""
    if variant == "original":
        return [position]
    word = encoded.words[position]
    return [later for later in range(position, len(encoded.ids)) if later == position or encoded.words[later] == word]


def token_scores(
    texts: Sequence[Encoded],
    predict: Predict,
    *,
    mask_id: int,
    pad_id: int,
    variant: VariantName = "within_word_l2r",
    token_budget: int = 16_384,
    progress: bool = False,
) -> list[NDArray[np.float64]]:
    """log p(token | text with it masked) of every scored token.

    One masked copy of the text per token; copies are sorted by length and packed until a batch holds `token_budget`
    tokens, so that little is padded.

    Returns:
        For each text an array (number of scored tokens,), in the order of `Encoded.scored`, in nats.
    """
    scores = [np.zeros(len(text.scored)) for text in texts]
    copies = [(index, rank, position) for index, text in enumerate(texts) for rank, position in enumerate(text.scored)]
    copies.sort(key=lambda copy: len(texts[copy[0]].ids))
    with torch.inference_mode(), Progress("scoring", unit="token", total=len(copies), shown=progress) as bar:
        for batch in _packed(copies, texts, token_budget):
            width = len(texts[batch[-1][0]].ids)
            ids = np.full((len(batch), width), pad_id, dtype=np.int64)
            attention = np.zeros((len(batch), width), dtype=np.int64)
            for row, (index, _, position) in enumerate(batch):
                text = texts[index]
                ids[row, : len(text.ids)] = text.ids
                ids[row, hidden_with(text, position, variant)] = mask_id
                attention[row, : len(text.ids)] = 1
            positions = torch.tensor([position for _, _, position in batch])
            targets = torch.tensor([texts[index].ids[position] for index, _, position in batch])
            found = predict(torch.from_numpy(ids), torch.from_numpy(attention), positions, targets).cpu().numpy()
            for (index, rank, _), value in zip(batch, found, strict=True):
                scores[index][rank] = value
            bar.advance(len(batch))
    return scores


def _packed(
    copies: Sequence[tuple[int, int, int]], texts: Sequence[Encoded], budget: int
) -> Iterator[list[tuple[int, int, int]]]:
    """Consecutive copies whose padded size stays within `budget` tokens; at least one copy a batch."""
    batch: list[tuple[int, int, int]] = []
    for copy in copies:
        if batch and (len(batch) + 1) * len(texts[copy[0]].ids) > budget:
            yield batch
            batch = []
        batch.append(copy)
    if batch:
        yield batch
