"""The most frequent answer: of the class for texts; of the word for tagging (of all words, for an unseen one)."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from maskzoo.evaluation.baselines import Fitted, Predictions
from maskzoo.evaluation.tagging import to_iob2
from maskzoo.evaluation.task_data import PreparedTask, Split

TITLE = "most frequent answer"
TYPES = ("sequence_classification", "token_classification")


def fit(task: PreparedTask) -> Fitted:
    """Count the training labels; nothing is chosen, so validation is not looked at."""
    if not task.tagging:
        label, share = _most(Counter(task.train.gold))

        def predict(split: Split) -> Predictions:
            return Predictions([label] * len(split), [share] * len(split))

        return Fitted(predict, {})
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for words, tags in zip(task.train.tokens, task.train.gold, strict=True):
        for word, tag in zip(words, tags, strict=True):
            counts[word][tag] += 1
    of_word = {word: _most(tags) for word, tags in counts.items()}
    of_all = _most(Counter(tag for tags in task.train.gold for tag in tags))

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
