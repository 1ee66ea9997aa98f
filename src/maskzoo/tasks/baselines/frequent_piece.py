"""The most frequent piece of its kind; its characters at the shares that they have in training's pieces."""

import math
from collections import Counter, defaultdict

from maskzoo.tasks.baselines import Fitted, Predictions
from maskzoo.tasks.baselines.common.pieces import filled
from maskzoo.tasks.task_data import PreparedTask, Split

TITLE = "most frequent piece"
TYPES = ("cloze",)


def fit(task: PreparedTask) -> Fitted:
    """Count pieces and characters of training; of characters never seen there is one more, seen once.

    Where nothing ends a piece, as nothing ends it for a model that is told where it is: lengths are given.
    """
    pieces: defaultdict[str, Counter[str]] = defaultdict(Counter)
    characters: Counter[str] = Counter()
    for gold, spans in zip(task.train.gold, task.train.parts["spans"], strict=True):
        for piece, (_, _, kind) in zip(gold, spans, strict=True):
            pieces[kind][piece] += 1
            characters.update(piece)
    best = {kind: _first(counts) for kind, counts in pieces.items()}
    any_kind = _first(sum(pieces.values(), Counter()))
    total = math.log(characters.total() + len(characters) + 1)

    def predict(split: Split) -> Predictions:
        def answer(text: str, start: int, end: int, kind: str) -> tuple[str, float]:
            sure = sum(math.log(characters[letter] + 1) - total for letter in text[start:end])
            return best.get(kind, any_kind), sure

        return filled(split, answer)

    return Fitted(predict, {})


def _first(counts: Counter[str]) -> str:
    """The most frequent, the first by name among equals."""
    return min(counts, key=lambda piece: (-counts[piece], piece))
