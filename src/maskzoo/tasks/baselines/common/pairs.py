"""Two texts by TF-IDF: words of either, those of both, and numbers that say how alike they are."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from maskzoo.tasks.baselines.common.tfidf import characters, words
from maskzoo.tasks.task_data import Split

MOST = 20_000  # features of each kind and text


class PairFeatures:
    """Sparse rows (examples, features): words of either text, those of both, and five numbers of likeness."""

    def __init__(self, train: Split) -> None:
        texts = [*train.texts, *train.pairs]
        self.words = words(len(texts), most=MOST).fit(texts)
        self.characters = characters(len(texts), most=MOST).fit(texts)

    def __call__(self, split: Split) -> Any:
        from scipy.sparse import csr_matrix, hstack

        first, second, shared = self._words(split)
        return hstack(
            [first, second, shared, csr_matrix(self._likeness(split, shared).astype(np.float32))], format="csr"
        )

    def likeness(self, split: Split) -> Any:
        """(examples, 5): cosines of words and of characters, and `overlaps`."""
        return self._likeness(split, self._words(split)[2])

    def _words(self, split: Split) -> tuple[Any, Any, Any]:
        first, second = (self.words.transform(texts) for texts in (split.texts, split.pairs))
        return first, second, first.multiply(second)

    def _likeness(self, split: Split, shared: Any) -> Any:
        letters = [self.characters.transform(texts) for texts in (split.texts, split.pairs)]
        return np.column_stack(
            [
                np.asarray(shared.sum(axis=1)).ravel(),
                np.asarray(letters[0].multiply(letters[1]).sum(axis=1)).ravel(),
                *overlaps(split.texts, split.pairs).T,
            ]
        )


def overlaps(first: Sequence[str], second: Sequence[str]) -> Any:
    """(examples, 3): shared words of all, shared words of the shorter text, and the ratio of lengths; all in 0..1."""
    rows = []
    for one, other in zip(first, second, strict=True):
        a, b = set(one.lower().split()), set(other.lower().split())
        both = len(a & b)
        lengths = sorted((len(one), len(other)))
        rows.append((both / max(1, len(a | b)), both / max(1, min(len(a), len(b))), lengths[0] / max(1, lengths[1])))
    return np.array(rows, dtype=np.float64).reshape(len(rows), 3)
