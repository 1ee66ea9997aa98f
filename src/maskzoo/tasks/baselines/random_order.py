"""Targets in one order for all queries, drawn by a hash: what chance finds."""

import numpy as np

from maskzoo.tasks.baselines import Fitted, Predictions
from maskzoo.tasks.ranking import Pool, ranked
from maskzoo.tasks.task_data import PreparedTask, Split

TITLE = "chance"
TYPES = ("retrieval",)
UNTRAINED = True


def fit(task: PreparedTask) -> Fitted:
    """Nothing is learnt: the pool's own order is one by hash."""

    def predict(split: Split) -> Predictions:
        pool = Pool.of(split.ids, split.pairs)
        return ranked(pool, lambda part: np.zeros((len(pool.true[part]), len(pool.texts))))

    return Fitted(predict, {})
