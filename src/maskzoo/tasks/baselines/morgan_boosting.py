"""Morgan fingerprints and gradient-boosted trees on histograms (Friedman 2001; Ke et al. 2017)."""

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from maskzoo.tasks.baselines import Fitted
from maskzoo.tasks.baselines.common import fingerprints
from maskzoo.tasks.task_data import PreparedTask

TITLE = "Morgan fingerprint + boosted trees"
TYPES = fingerprints.TYPES
MATERIALS = ("smiles",)
GRID = [{"max_leaf_nodes": leaves} for leaves in (5, 15)]
ROUNDS = 60
LEAF = 20  # molecules in a leaf, at least


def fit(task: PreparedTask) -> Fitted:
    """Fit on the training split; the size of the trees is chosen on validation."""
    return fingerprints.best(task, _model, GRID)


def _model(settings: dict[str, Any], classifier: bool) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    make = HistGradientBoostingClassifier if classifier else HistGradientBoostingRegressor
    shared: dict[str, Any] = {"max_iter": ROUNDS, "min_samples_leaf": LEAF, "early_stopping": False, "random_state": 0}
    return _OnUsefulBits(make(learning_rate=0.1, **shared, **settings))


class _OnUsefulBits:
    """A model that never looks at bits by which its training molecules cannot be split into two leaves: only faster."""

    def __init__(self, model: Any) -> None:
        self.model = model

    def fit(self, inputs: NDArray[np.uint8], target: Any) -> Self:
        set_in = inputs.sum(axis=0, dtype=np.int64)
        useful = np.flatnonzero((set_in >= LEAF) & (set_in <= len(inputs) - LEAF))
        self.bits = useful if len(useful) else np.array([0])
        self.model.fit(inputs[:, self.bits], target)
        return self

    @property
    def classes_(self) -> Any:
        """The classes, in the order of the columns of `predict_proba`."""
        return self.model.classes_

    def predict(self, inputs: NDArray[np.uint8]) -> Any:
        return self.model.predict(inputs[:, self.bits])

    def predict_proba(self, inputs: NDArray[np.uint8]) -> Any:
        return self.model.predict_proba(inputs[:, self.bits])
