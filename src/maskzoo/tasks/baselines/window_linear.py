"""A linear tagger: every word described by itself, its shape and affixes and those of two neighbours on either side.

The features are those of classical named entity recognisers (Ratinov and Roth 2009), the model a logistic regression
fitted by averaged stochastic gradient descent, decoded greedily from left to right with the last tag as a feature.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from maskzoo.tasks.baselines import Fitted, Predictions
from maskzoo.tasks.judging import value
from maskzoo.tasks.task_data import PreparedTask, Split, read_task

TITLE = "window features + linear model"
TYPES = ("token_classification",)
MATERIALS = ("text", "code")  # what a word's affixes and shape say, residues do not have
PENALTIES = (1e-6, 1e-5, 1e-4)
WINDOW = 2
START = "<start>"  # the tag before the first word


def fit(task: PreparedTask) -> Fitted:
    """Fit on the training split; the penalty, and whether the previous tag is used, are chosen on validation."""
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import SGDClassifier

    every = [tag for row in task.train.gold for tag in row]
    known = [number for number, tag in enumerate(every) if tag is not None]
    tags = [every[number] for number in known]
    if len(set(tags)) < 2:
        from maskzoo.tasks.baselines import majority

        return majority.fit(task)
    counter = CountVectorizer(analyzer=list, binary=True, dtype=np.float32)
    train = counter.fit_transform(described(task.train.tokens))
    validation = counter.transform(described(task.validation.tokens))
    columns = {tag: place for place, tag in enumerate([START, *sorted(set(tags))])}
    before = _previous(task.train.gold, columns)
    best: tuple[float, Any, dict[str, Any]] | None = None
    for history in (True, False):
        inputs = hstack([train, before], format="csr") if history else train
        for penalty in PENALTIES:
            model = SGDClassifier(loss="log_loss", alpha=penalty, max_iter=8, tol=None, average=True, random_state=0)
            model.fit(inputs[known], tags)
            linear = _Linear(model, width=train.shape[1], columns=columns, chunks=task.metric == "entity_f1")
            found = value(task, task.validation, Predictions(*linear.decode(validation, task.validation.tokens)))
            if best is None or found > best[0]:
                chosen = {"alpha": penalty, "previous_tag": history, "window": WINDOW, "features": inputs.shape[1]}
                best = (found, linear, chosen)
    assert best is not None
    _, winner, hyperparameters = best

    def predict(split: Split) -> Predictions:
        return Predictions(*winner.decode(counter.transform(described(split.tokens)), split.tokens))

    return Fitted(predict, hyperparameters)


def tagger(folder: Path) -> Callable[[list[list[str]]], list[Sequence[str | None]]]:
    """What gives words of sentences their tags, fitted on the prepared task in a folder."""
    fitted = fit(read_task(folder))

    def tag(sentences: list[list[str]]) -> list[Sequence[str | None]]:
        if not sentences:
            return []
        texts = [" ".join(words) for words in sentences]
        gold = [[None] * len(words) for words in sentences]
        numbers = [str(number) for number in range(len(sentences))]
        return list(fitted.predict(Split(ids=numbers, texts=texts, gold=gold, tokens=sentences)).predicted)

    return tag


def described(sentences: Sequence[Sequence[str]]) -> Iterator[list[str]]:
    """The features of every word of every sentence, in order."""
    for words in sentences:
        own = [_word_features(word) for word in words]
        for place in range(len(words)):
            found = ["first"] if place == 0 else []
            for offset in range(-WINDOW, WINDOW + 1):
                other = place + offset
                if 0 <= other < len(words):
                    # the word itself with its affixes, neighbours by form and shape alone
                    wanted = own[other] if offset == 0 else own[other][:2]
                    found += [f"{offset}:{name}" for name in wanted]
                else:
                    found.append(f"{offset}:outside")
            if place:
                found.append(f"pair:{words[place - 1].lower()}|{words[place].lower()}")
            yield found


def _word_features(word: str) -> list[str]:
    lower = word.lower()
    affixes = [f"p{n}={lower[:n]}" for n in (1, 2, 3, 4) if len(lower) > n]
    affixes += [f"s{n}={lower[-n:]}" for n in (1, 2, 3, 4) if len(lower) > n]
    return [f"w={lower}", f"shape={_shape(word)}", f"form={word}", *affixes]


def _shape(word: str) -> str:
    """`McDonald-2` -> `XxXx-d`: letters by case, digits, runs shortened."""
    letters = re.sub(r"[^\W\d_]", lambda match: "X" if match[0].isupper() else "x", word)
    return re.sub(r"(.)\1+", r"\1", re.sub(r"\d", "d", letters))


def _previous(sentences: Sequence[Sequence[str | None]], columns: dict[str, int]) -> Any:
    """One-hot rows (words, tags + 1), sparse: the tag before each word; one that does not count is as a beginning."""
    from scipy.sparse import csr_matrix

    places = [columns[tag or START] for tags in sentences for tag in [START, *tags[:-1]]]
    ones = np.ones(len(places), dtype=np.float32)
    return csr_matrix((ones, (np.arange(len(places)), places)), shape=(len(places), len(columns)))


class _Linear:
    """Weights of a fitted classifier, split into those of the words and those of the previous tag."""

    def __init__(self, model: Any, *, width: int, columns: dict[str, int], chunks: bool) -> None:
        weights, intercept = model.coef_.T, model.intercept_
        if len(model.classes_) == 2:
            weights, intercept = np.hstack([-weights, weights]), np.array([-intercept[0], intercept[0]])
        self.classes = [str(tag) for tag in model.classes_]
        self.words, self.intercept = weights[:width], intercept
        history = weights[width:] if weights.shape[0] > width else np.zeros((len(columns), len(self.classes)))
        self.first = history[columns[START]]
        self.after = np.stack([history[columns[tag]] for tag in self.classes])
        if chunks:  # an I-X only after B-X or I-X
            self.first = self.first + _forbidden(None, self.classes)
            self.after = self.after + np.stack([_forbidden(tag, self.classes) for tag in self.classes])

    def decode(self, features: Any, sentences: Sequence[Sequence[str]]) -> tuple[list[Any], list[Any]]:
        """Tags and their probabilities; `features` has one row a word of all sentences."""
        base = np.asarray(features @ self.words) + self.intercept
        predicted, probability, row = [], [], 0
        for words in sentences:
            tags, shares, history = [], [], self.first
            for _ in words:
                # one-against-rest probabilities, normalised
                sure = 1 / (1 + np.exp(-np.clip(base[row] + history, -50, 50)))
                choice = int(np.argmax(base[row] + history))
                tags.append(self.classes[choice])
                shares.append(float(sure[choice] / sure.sum()))
                history = self.after[choice]
                row += 1
            predicted.append(tags)
            probability.append(shares)
        return predicted, probability


def _forbidden(before: str | None, classes: Sequence[str]) -> Any:
    """Minus infinity for the tags that cannot follow `before`, else 0."""
    allowed = [not tag.startswith("I-") or (before is not None and before[2:] == tag[2:]) for tag in classes]
    return np.where(allowed, 0.0, -np.inf)
