"""What a policy looks at, and what a policy that learns is told: arrays, nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

State = dict[str, NDArray[Any]]  # name -> array, safe to write into a checkpoint


@dataclass(frozen=True)
class Text:
    """The windows of a step; arrays are (batch, length) unless said otherwise.

    Attributes:
        ids: the tokens as they stand in the corpus.
        special: true at the tokenizer's own tokens ([CLS], [SEP], ...), which are never hidden.
        documents: tells tokens of different documents apart.
        columns: tables with a byte for every token of the corpus, looked up for these windows.
        entries: tables with a number for every entry of the vocabulary, (vocabulary,).
    """

    ids: NDArray[np.int64]
    special: NDArray[np.bool_]
    documents: NDArray[np.int64]
    columns: Mapping[str, NDArray[np.uint8]] = field(default_factory=dict)
    entries: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)

    @classmethod
    def of(cls, ids: NDArray[np.integer], special: NDArray[np.bool_] | None = None, **columns: Any) -> "Text":
        """A text of single documents, one a row: for tests and for a first look at a policy."""
        tokens: NDArray[np.int64] = np.asarray(ids).astype(np.int64)
        nowhere = np.zeros(tokens.shape, dtype=bool)
        return cls(
            ids=tokens,
            special=nowhere if special is None else special,
            documents=np.zeros(tokens.shape, dtype=np.int64) + np.arange(len(tokens))[:, None],
            columns={name: np.asarray(value, dtype=np.uint8) for name, value in columns.items()},
        )


@dataclass(frozen=True)
class Outcome:
    """How the model did at the predicted positions of a step; arrays are (predicted,), in row order.

    Attributes:
        ids: the original tokens.
        losses: cross-entropy in nats.
        right: whether the original token was the most probable.
        masked: whether the mask token stood there (and not a random or the original token).
        columns: tables with a byte for every token, at these positions.
        vocabulary: number of entries.
    """

    ids: NDArray[np.int64]
    losses: NDArray[np.float64]
    right: NDArray[np.bool_]
    masked: NDArray[np.bool_]
    columns: Mapping[str, NDArray[np.uint8]]
    vocabulary: int
