"""What an evaluated model leaves: results.json with metrics per seed, predictions.parquet with every test example."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from maskzoo.files import atomic_file, write_json
from maskzoo.provenance import stamp
from maskzoo.tasks import types
from maskzoo.tasks.predictions import Predictions
from maskzoo.tasks.task_data import PreparedTask


@dataclass(frozen=True)
class SeedResult:
    """One seed of one model on one task.

    Attributes:
        pretraining_seed: of the checkpoint that fine-tuning started from; None where there is none.
        validation, test: metric -> value: a share in 0..1, a correlation, or an error in the task's unit.
        best_epoch: from 1, chosen on validation; 0 where nothing was trained; None for baselines.
        seconds: of fitting and selecting.
        examples_per_second: test examples predicted in a second.
        details: what else is worth knowing: the course of training, what was truncated.
    """

    seed: int
    pretraining_seed: int | None
    validation: dict[str, float]
    test: dict[str, float]
    best_epoch: int | None
    seconds: float
    examples_per_second: float
    hyperparameters: dict[str, Any]
    details: dict[str, Any] = field(default_factory=dict)


def predictions_table(seed: int, task: PreparedTask, predictions: Predictions) -> Any:
    """A pyarrow table of the test split: seed, id, and the columns of the type, among them gold and predicted."""
    import pyarrow as pa

    return pa.table(
        {
            "seed": pa.array([seed] * len(task.test), pa.int32()),
            "id": pa.array(task.test.ids, pa.string()),
            **types.load(task.type).prediction_columns(task.test, predictions),
        }
    )


def write_table(table: Any, path: Path) -> None:
    """Write a pyarrow table as Parquet (zstd), atomically."""
    import pyarrow.parquet as pq

    with atomic_file(path) as temporary:
        pq.write_table(table, temporary, compression="zstd")


def write_results(
    folder: Path,
    *,
    model: str,
    task: PreparedTask,
    seeds: Sequence[SeedResult],
    tables: Sequence[Any],
    inputs: dict[str, str],
) -> dict[str, Any]:
    """Write predictions.parquet, then results.json, into `folder`; returns what results.json holds.

    Args:
        tables: `predictions_table` of every seed, in the order of `seeds`.
        inputs: name -> SHA-256 of what went in.
    """
    import pyarrow as pa

    rates = [result.examples_per_second for result in seeds]
    information = {
        **_about(model, task),
        "seeds": [asdict(result) for result in seeds],
        "examples_per_second": sum(rates) / len(rates),
        "provenance": stamp(inputs=inputs),
    }
    write_table(pa.concat_tables(tables), folder / "predictions.parquet")
    write_json(folder / "results.json", information)
    return information


def write_without(
    folder: Path, *, model: str, task: PreparedTask, reason: str, inputs: dict[str, str]
) -> dict[str, Any]:
    """Write into `folder` that a model cannot do a task, and why: results.json without seeds, no predictions."""
    import pyarrow as pa

    information = {**_about(model, task), "seeds": [], "reason": reason, "provenance": stamp(inputs=inputs)}
    write_table(
        pa.table({"seed": pa.array([], pa.int32()), "id": pa.array([], pa.string())}), folder / "predictions.parquet"
    )
    write_json(folder / "results.json", information)
    return information


def _about(model: str, task: PreparedTask) -> dict[str, Any]:
    return {
        "model": model,
        "task": task.name,
        "type": task.type,
        "metric": task.metric,
        "unit": task.unit,
        "labels": task.labels,
        "counts": {"train": len(task.train), "validation": len(task.validation), "test": len(task.test)},
    }
