"""A language model of character n-grams, from left to right, that fills in pieces seen in training.

Interpolated with Witten and Bell's weights (1991), whose answer among candidates also has to lead to what follows.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

from maskzoo.tasks.baselines import Fitted, Predictions
from maskzoo.tasks.baselines.common.pieces import filled
from maskzoo.tasks.judging import value
from maskzoo.tasks.task_data import PreparedTask, Split

TITLE = "character n-grams"
TYPES = ("cloze",)
ORDERS = (0, 1, 2, 3, 5)  # characters that a prediction looks back on, at most
CANDIDATES = 30  # the most frequent pieces of a kind
AFTER = 4  # characters behind a piece that a candidate has to lead to
START = "\x02"


def fit(task: PreparedTask) -> Fitted:
    """Count on the whole training texts; how far it looks back is the best on validation."""
    counts = _Counts(task.train.texts, max(ORDERS))
    candidates = _candidates(task.train)
    best: tuple[float, int] | None = None
    for order in ORDERS:
        found = value(task, task.validation, _answers(counts, candidates, task.validation, order))
        if best is None or found > best[0]:
            best = (found, order)
    assert best is not None
    chosen = best[1]
    return Fitted(lambda split: _answers(counts, candidates, split, chosen), {"order": chosen})


class _Counts:
    """How often each character follows each context of up to `longest` characters."""

    def __init__(self, texts: Sequence[str], longest: int) -> None:
        self.after: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for text in texts:
            padded = START * longest + text
            for place in range(longest, len(padded)):
                letter = padded[place]
                for back in range(longest + 1):
                    self.after[padded[place - back : place]][letter] += 1
        self.totals = {context: counts.total() for context, counts in self.after.items()}
        self.longest = longest
        self.uniform = 1 / (len(self.after[""]) + 1)

    def log_probability(self, before: str, text: str, order: int) -> float:
        """Of `text` after `before`, in nats; order 0 looks at nothing before a character."""
        history = START * self.longest + before[-self.longest :]
        total = 0.0
        for letter in text:
            share = self.uniform
            for back in range(order + 1):
                context = history[len(history) - back :]
                seen = self.totals.get(context)
                if seen is None:
                    break
                counts = self.after[context]
                share = (counts[letter] + len(counts) * share) / (seen + len(counts))
            total += math.log(share)
            history += letter
        return total


def _candidates(train: Split) -> dict[str, list[str]]:
    pieces: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for gold, spans in zip(train.gold, train.parts["spans"], strict=True):
        for piece, (_, _, kind) in zip(gold, spans, strict=True):
            pieces[kind][piece] += 1
    return {
        kind: sorted(counts, key=lambda piece: (-counts[piece], piece))[:CANDIDATES] for kind, counts in pieces.items()
    }


def _answers(counts: _Counts, candidates: dict[str, list[str]], split: Split, order: int) -> Predictions:
    def answer(text: str, start: int, end: int, kind: str) -> tuple[str, float]:
        before, behind = text[:start], text[end : end + AFTER]
        choice = max(
            candidates.get(kind, [""]), key=lambda piece: counts.log_probability(before, piece + behind, order)
        )
        return choice, counts.log_probability(before, text[start:end], order)

    return filled(split, answer)
