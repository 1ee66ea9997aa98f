"""How alike two texts are by TF-IDF and shared words, and boosted trees on these numbers (Friedman 2001).

Cosines and overlaps of words are what the task's organisers held systems against (Marelli et al. 2014, SemEval task 1).
"""

from typing import Any

from maskzoo.tasks.baselines import Fitted
from maskzoo.tasks.baselines.common.choice import best_regression
from maskzoo.tasks.baselines.common.pairs import PairFeatures
from maskzoo.tasks.task_data import PreparedTask

TITLE = "TF-IDF likeness + boosted trees"
TYPES = ("sentence_pair_regression",)
GRID = [{"max_leaf_nodes": leaves} for leaves in (4, 8, 16)]


def fit(task: PreparedTask) -> Fitted:
    """Count on the training split; the size of the trees is the best on validation."""
    described = PairFeatures(task.train)
    return best_regression(task, described.likeness, _model, GRID)


def _model(settings: dict[str, Any]) -> Any:
    from sklearn.ensemble import HistGradientBoostingRegressor

    return HistGradientBoostingRegressor(
        random_state=0, learning_rate=0.05, max_iter=200, early_stopping=False, **settings
    )
