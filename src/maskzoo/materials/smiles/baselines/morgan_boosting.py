"""Morgan fingerprints and gradient-boosted trees on histograms (Friedman 2001; Ke et al. 2017)."""

from typing import Any

from maskzoo.evaluation.baselines import Fitted
from maskzoo.evaluation.task_data import PreparedTask
from maskzoo.materials.smiles.baselines import _fingerprints

TITLE = "Morgan fingerprint + boosted trees"
TYPES = _fingerprints.TYPES
GRID = [{"max_leaf_nodes": leaves} for leaves in (5, 15)]
ROUNDS = 100


def fit(task: PreparedTask) -> Fitted:
    """Fit on the training split; the size of the trees is chosen on validation."""
    return _fingerprints.best(task, _model, GRID)


def _model(settings: dict[str, Any], classifier: bool) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    make = HistGradientBoostingClassifier if classifier else HistGradientBoostingRegressor
    return make(learning_rate=0.1, max_iter=ROUNDS, early_stopping=False, random_state=0, **settings)
