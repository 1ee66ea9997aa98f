"""Counts of residue k-mers (one to three letters) under ridge regression or logistic regression.

The spectrum representation of Leslie et al. (2002), with square roots of counts so that long proteins do not drown
short ones.
"""

import warnings
from typing import Any

import numpy as np

from maskzoo.tasks.baselines import Fitted
from maskzoo.tasks.baselines.common.choice import best_classification, best_regression
from maskzoo.tasks.task_data import PreparedTask, Split

TITLE = "k-mers + linear"
TYPES = ("regression", "sequence_classification")
MATERIALS = ("protein",)
LONGEST = 3
PENALTIES = [{"alpha": alpha} for alpha in (0.1, 1.0, 10.0, 100.0)]
STRENGTHS = [{"C": strength} for strength in (0.1, 1.0, 10.0)]


def fit(task: PreparedTask) -> Fitted:
    """Fit on the training split; the regularisation is chosen on validation."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.preprocessing import normalize

    counter = CountVectorizer(analyzer="char", ngram_range=(1, LONGEST), lowercase=False, dtype=np.float32)
    counter.fit(task.train.texts)

    def features(split: Split) -> Any:
        return normalize(counter.transform(split.texts).sqrt())

    size = len(counter.vocabulary_)
    if task.type == "regression":
        return best_regression(task, features, lambda chosen: Ridge(**chosen), PENALTIES, columns=size)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the weakest regularisation may stop early: validation judges
        return best_classification(
            task, features, lambda chosen: LogisticRegression(max_iter=300, **chosen), STRENGTHS, columns=size
        )
