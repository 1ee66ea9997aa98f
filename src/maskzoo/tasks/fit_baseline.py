"""One classical baseline fitted on one task, and its results written."""

import time
from pathlib import Path
from typing import Any

from maskzoo.tasks import baselines
from maskzoo.tasks.judging import by_target, judge
from maskzoo.tasks.results import SeedResult, predictions_table, write_results
from maskzoo.tasks.task_data import PreparedTask


def fit_baseline(name: str, task: PreparedTask, folder: Path) -> dict[str, Any]:
    """Fit baseline `name` and write its results.json and predictions.parquet; one entry, seed 0: nothing is random.

    Raises:
        UserError: no baseline has that name.
    """
    module = baselines.load(name, task.material)
    began = time.perf_counter()
    fitted = module.fit(task)
    seconds = time.perf_counter() - began
    began = time.perf_counter()
    test = fitted.predict(task.test)
    rate = len(task.test) / (time.perf_counter() - began)
    result = SeedResult(
        seed=0,
        pretraining_seed=None,
        validation=judge(task, task.validation, fitted.predict(task.validation)) if len(task.validation) else {},
        test=judge(task, task.test, test),
        best_epoch=None,
        seconds=round(seconds, 3),
        examples_per_second=round(rate, 1),
        hyperparameters=fitted.hyperparameters,
        details={"test_by_target": by_target(task, task.test, test)},
    )
    table = predictions_table(0, task, test)
    return write_results(folder, model=name, task=task, seeds=[result], tables=[table], inputs={"task": task.sha256})
