"""A checkpoint that is asked: its weights and tokenizer, and what it finds texts to be worth, token by token."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskzoo.adaptation.common.scorer import load_scorer
from maskzoo.loading import load_model, load_tokenizer
from maskzoo.models.common.attention import longest_sequence
from maskzoo.models.common.predictor import predictor
from maskzoo.models.common.pseudo_likelihood import Encoded, Predict, VariantName, token_scores
from maskzoo.probes.common.kind import NotMeasuredError

MOST = 1024  # tokens of a text that are read at once, whatever a model could


@dataclass(frozen=True, eq=False)
class Subject:
    """A loaded checkpoint.

    Attributes:
        model: the masked language model; the encoder alone for a kind of probe that needs no head.
    """

    model: Any
    tokenizer: Any

    @cached_property
    def predict(self) -> Predict:
        """Log-probabilities of tokens that stand behind a mask."""
        return predictor(self.model)

    @property
    def longest(self) -> int:
        """Tokens that it reads at once."""
        return int(min(longest_sequence(self.model.config), self.tokenizer.model_max_length, MOST))

    def encoded(self, text: str) -> Encoded:
        """A text as ids with the tokenizer's specials, cut at what the model reads."""
        encoding = self.tokenizer(text, return_special_tokens_mask=True, verbose=False)
        ids, numbers = encoding["input_ids"], encoding.word_ids()
        marks = encoding["special_tokens_mask"]
        unknown = self.tokenizer.unk_token_id
        words = [
            -1 if number is None or (mark and token != unknown) else number
            for number, mark, token in zip(numbers, marks, ids, strict=True)
        ]
        if len(ids) > self.longest:
            ids, words = [*ids[: self.longest - 1], ids[-1]], [*words[: self.longest - 1], words[-1]]
        return Encoded(tuple(ids), tuple(words))

    def token_scores(self, texts: Sequence[Encoded], *, variant: VariantName) -> list[NDArray[np.float64]]:
        """log p(token | text with it masked) of every scored token, in nats; a text that comes again is read once.

        Raises:
            NotMeasuredError: one is no number.
        """
        once = list(dict.fromkeys(texts))
        found = token_scores(
            once,
            self.predict,
            mask_id=self.tokenizer.mask_token_id,
            pad_id=self.tokenizer.pad_token_id or 0,
            variant=variant,
            progress=True,
        )
        if not all(np.isfinite(values).all() for values in found):
            raise NotMeasuredError("its log-probabilities are no numbers")
        by_text = dict(zip(once, found, strict=True))
        return [by_text[text] for text in texts]


def load_subject(folder: Path, *, head: bool = True) -> tuple[Subject | None, str | None]:
    """The checkpoint in `folder`, or None and why it cannot be asked.

    Args:
        head: whether its masked-language-modeling head is asked.
    """
    from transformers import AutoModel

    if head:
        model, reason = load_scorer(folder)
        if model is None:
            return None, reason
    else:
        model = load_model(AutoModel, folder)[0].eval()
    tokenizer = load_tokenizer(folder)
    if head and tokenizer.mask_token_id is None:
        return None, "the tokenizer has no mask token"
    return Subject(model, tokenizer), None
