"""Queries and targets by TF-IDF, ranked by cosine (Salton and Buckley 1988); the learnt part are the frequencies."""

from typing import Any

from maskzoo.tasks.baselines import Fitted, Predictions
from maskzoo.tasks.baselines.common.tfidf import characters, features, words
from maskzoo.tasks.judging import value
from maskzoo.tasks.ranking import Pool, ranked
from maskzoo.tasks.task_data import PreparedTask, Split

TITLE = "TF-IDF cosine"
TYPES = ("retrieval",)
FEATURES = {"words": words, "characters": characters, "words and characters": features}


def fit(task: PreparedTask) -> Fitted:
    """Count on the training split; words, characters or both are the best on validation."""
    texts = [*task.train.texts, *task.train.pairs]
    best: tuple[float, Any, dict[str, Any]] | None = None
    for name, make in FEATURES.items():
        vectorizer = make(len(texts)).fit(texts)
        found = value(task, task.validation, _answers(vectorizer, task.validation))
        if best is None or found > best[0]:
            best = (found, vectorizer, {"of": name})
    assert best is not None
    _, winner, hyperparameters = best
    return Fitted(lambda split: _answers(winner, split), hyperparameters)


def _answers(vectorizer: Any, split: Split) -> Predictions:
    pool = Pool.of(split.ids, split.pairs)
    # both have constant lengths, so that the order by product is that by cosine
    queries, targets = vectorizer.transform(split.texts), vectorizer.transform(pool.texts).T.tocsc()
    return ranked(pool, lambda part: (queries[part] @ targets).toarray())
