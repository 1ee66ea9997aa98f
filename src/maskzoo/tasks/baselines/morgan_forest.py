"""Morgan fingerprints and a random forest (Breiman 2001): the model to beat on small sets of molecules."""

from typing import Any

from maskzoo.tasks.baselines import Fitted
from maskzoo.tasks.baselines.common import fingerprints
from maskzoo.tasks.task_data import PreparedTask

TITLE = "Morgan fingerprint + random forest"
TYPES = fingerprints.TYPES
MATERIALS = ("smiles",)
GRID = [{"max_features": share} for share in ("sqrt", 0.1)]
TREES = 200


def fit(task: PreparedTask) -> Fitted:
    """Fit on the training split; how many bits a split may look at is chosen on validation."""
    return fingerprints.best(task, _model, GRID)


def _model(settings: dict[str, Any], classifier: bool) -> Any:
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    make = RandomForestClassifier if classifier else RandomForestRegressor
    return make(n_estimators=TREES, random_state=0, n_jobs=1, **settings)
