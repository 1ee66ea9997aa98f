"""The most frequent answer: of the class for texts; of the label by itself where there are several; of the word (of all
words, for an unseen one) for tagging.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np

from maskzoo.tasks.baselines import Fitted, Predictions
from maskzoo.tasks.tagging import to_iob2
from maskzoo.tasks.task_data import PreparedTask, Split

TITLE = "most frequent answer"
TYPES = ("sequence_classification", "pair_classification", "multi_label", "token_classification")


def fit(task: PreparedTask) -> Fitted:
    """Count the training labels, those that are known; nothing is chosen, so validation is not looked at."""
    if task.type == "multi_label":
        return _labels(task)
    return _tags(task) if task.tagging else _classes(task)


def _classes(task: PreparedTask) -> Fitted:
    counts = Counter(task.train.gold)
    label, share = _most(counts)
    shares = [counts[name] / counts.total() for name in task.labels]

    def predict(split: Split) -> Predictions:
        return Predictions([label] * len(split), [share] * len(split), [shares] * len(split))

    return Fitted(predict, {})


def _labels(task: PreparedTask) -> Fitted:
    """Each label at its share among the examples where it is known (one half, where it never is)."""
    gold = np.asarray(task.train.gold, dtype=np.float64)
    known = ~np.isnan(gold)
    shares = np.divide(
        np.nansum(gold, axis=0), known.sum(axis=0), out=np.full(gold.shape[1], 0.5), where=known.any(axis=0)
    )

    def predict(split: Split) -> Predictions:
        rows = np.tile(shares, (len(split), 1))
        return Predictions(list((rows >= 0.5).astype(np.float64)), list(rows), rows)

    return Fitted(predict, {})


def _tags(task: PreparedTask) -> Fitted:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for words, tags in zip(task.train.tokens, task.train.gold, strict=True):
        for word, tag in zip(words, tags, strict=True):
            if tag is not None:
                counts[word][tag] += 1
    of_word = {word: _most(tags) for word, tags in counts.items()}
    of_all = _most(Counter(tag for tags in task.train.gold for tag in tags if tag is not None))

    def predict_tags(split: Split) -> Predictions:
        answers = [[of_word.get(word, of_all) for word in words] for words in split.tokens]
        return Predictions(
            [_mended((tag for tag, _ in row), task) for row in answers],
            [[share for _, share in row] for row in answers],
        )

    return Fitted(predict_tags, {})


def _most(counts: Counter[Any]) -> tuple[Any, float]:
    """The most frequent key (the first by name among equals) and its share."""
    best = min(counts, key=lambda key: (-counts[key], key))
    return best, counts[best] / counts.total()


def _mended(tags: Iterable[str], task: PreparedTask) -> list[str]:
    return to_iob2(list(tags)) if task.metric == "entity_f1" else list(tags)
