"""Gradient-boosted trees on the amino-acid composition: which residues a protein is made of, and how long it is.

Composition alone says much of thermal stability and of antimicrobial charge: it is what a language model has to beat.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskzoo.materials.protein.settings import AMINO_ACIDS
from maskzoo.tasks.baselines import Fitted
from maskzoo.tasks.baselines.common.choice import best_classification, best_regression
from maskzoo.tasks.task_data import PreparedTask, Split

TITLE = "composition + boosted trees"
TYPES = ("regression", "sequence_classification")
MATERIALS = ("protein",)
GRID = [{"max_leaf_nodes": leaves} for leaves in (5, 15)]
ROUNDS, SHRINKAGE = 100, 0.1


def fit(task: PreparedTask) -> Fitted:
    """Fit on the training split; the size of the trees is chosen on validation."""
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    shared: dict[str, Any] = {
        "max_iter": ROUNDS,
        "learning_rate": SHRINKAGE,
        "early_stopping": False,
        "random_state": 0,
    }
    if task.type == "regression":
        return best_regression(
            task, features, lambda chosen: HistGradientBoostingRegressor(**shared, **chosen), GRID, rounds=ROUNDS
        )
    return best_classification(
        task, features, lambda chosen: HistGradientBoostingClassifier(**shared, **chosen), GRID, rounds=ROUNDS
    )


def features(split: Split) -> NDArray[np.float64]:
    """Shares of the twenty letters, then the logarithm of the length: `(examples, 21)`."""
    return np.array([composition(text) for text in split.texts], dtype=np.float64).reshape(len(split), -1)


def composition(text: str) -> list[float]:
    """Shares of the twenty letters, and the logarithm of the length."""
    length = max(1, len(text))
    return [*(text.count(letter) / length for letter in AMINO_ACIDS), float(np.log(length))]
