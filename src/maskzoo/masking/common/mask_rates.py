"""What masks came to: the realised rate, the rates of rare and frequent tokens, and budgets that were not reached."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

DECILES = 10
COUNTED = 10_000_000  # tokens that frequencies are taken from


def decile_of(tokens: NDArray[np.integer], vocabulary: int, special_ids: list[int]) -> NDArray[np.uint8]:
    """Decile of every entry of the vocabulary, (vocabulary,): 0 the rarest tenth of the text, 9 the most frequent.

    Entries are ordered by how often they occur in `tokens`, and belong where the middle of their share of the text
    lies. So each decile is about a tenth of the text, and one that a very frequent token leaps over stays empty.
    """
    stride = max(1, -(-len(tokens) // COUNTED))
    counts = np.bincount(np.asarray(tokens[::stride], dtype=np.int64), minlength=vocabulary).astype(np.float64)
    counts[special_ids] = 0
    order = np.argsort(counts, kind="stable")
    middle = np.cumsum(counts[order]) - counts[order] / 2
    deciles = np.empty(vocabulary, dtype=np.uint8)
    deciles[order] = np.minimum(DECILES - 1, middle / max(1.0, counts.sum()) * DECILES).astype(np.uint8)
    return deciles


@dataclass
class MaskRates:
    """Counts over steps, (10,) by decile of frequency, and over sequences; JSON values go into checkpoints."""

    ordinary: NDArray[np.int64] = field(default_factory=lambda: np.zeros(DECILES, dtype=np.int64))
    predicted: NDArray[np.int64] = field(default_factory=lambda: np.zeros(DECILES, dtype=np.int64))
    sequences: int = 0
    missed: int = 0

    def add(
        self, deciles: NDArray[np.uint8], special: NDArray[np.bool_], predicted: NDArray[np.bool_], rate: float
    ) -> None:
        """Count a step.

        Args:
            deciles: of every token, (batch, length).
            special, predicted: what may not be and what is predicted, (batch, length).
            rate: what was asked for; a sequence misses it when it is a whole token or more short of its share.
        """
        ordinary = ~special
        self.ordinary += np.bincount(deciles[ordinary], minlength=DECILES)
        self.predicted += np.bincount(deciles[predicted], minlength=DECILES)
        self.sequences += len(special)
        short = np.floor(rate * ordinary.sum(axis=1) + 1e-9) > predicted.sum(axis=1)
        self.missed += int(short.sum())

    def figures(self) -> dict[str, Any]:
        """Rate, share of sequences that missed their budget, and rates by decile (None where a decile is empty)."""
        rates = [round(int(p) / int(n), 5) if n else None for p, n in zip(self.predicted, self.ordinary, strict=True)]
        return {
            "mask_rate": int(self.predicted.sum()) / max(1, int(self.ordinary.sum())),
            "budget_missed": self.missed / max(1, self.sequences),
            "mask_rate_by_decile": rates,
        }

    @classmethod
    def sum(cls, rates: Sequence["MaskRates"]) -> "MaskRates":
        """Those of several maskings together."""
        total = cls()
        for one in rates:
            total.ordinary += one.ordinary
            total.predicted += one.predicted
            total.sequences += one.sequences
            total.missed += one.missed
        return total

    def as_json(self) -> dict[str, Any]:
        """What a checkpoint keeps."""
        return {
            "ordinary": self.ordinary.tolist(),
            "predicted": self.predicted.tolist(),
            "sequences": self.sequences,
            "missed": self.missed,
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "MaskRates":
        """What `as_json` gave."""
        return cls(
            ordinary=np.asarray(values["ordinary"], dtype=np.int64),
            predicted=np.asarray(values["predicted"], dtype=np.int64),
            sequences=values["sequences"],
            missed=values["missed"],
        )
