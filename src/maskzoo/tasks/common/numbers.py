"""Numbers an example, a column a target: what types whose answers are numbers share.

Values are reported in the task's unit. Training standardises each target by mean and standard deviation of the training
examples. A value that is only a bound (censored: `>` 50,000 nM) is learnt one-sidedly, and is no part of any metric.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maskzoo.errors import UserError
from maskzoo.tasks.common import cells
from maskzoo.tasks.common.task_model import TaskModel
from maskzoo.tasks.examples import Example
from maskzoo.tasks.predictions import Predictions
from maskzoo.tasks.types import Splits

if TYPE_CHECKING:
    from maskzoo.recipe.finetuning import Finetuning
    from maskzoo.tasks.finetune_data import Encoded
    from maskzoo.tasks.task_data import PreparedTask, Split

BOUNDS = " (bounds)"  # behind a target where values that are only bounds are counted


def labels(splits: Splits, task: cells.TargetSettings) -> list[str]:
    """Names of the targets: the fields of `label` in their order; of a long table all, sorted."""
    return cells.names(splits, task)


def counts(examples: Sequence[Example], task: cells.TargetSettings) -> Counter[str]:
    """Values of every target; those that are bounds apart, as `target (bounds)`."""
    return Counter(
        label + BOUNDS if side else label for example in examples for label, (_, side) in example.gold.items()
    )


def check(splits: Splits, task: cells.TargetSettings, where: str) -> None:
    """Every target has two different exact values in training, and some target has them in validation and test.

    Raises:
        UserError: names the target, or the split.
    """
    exact: dict[str, dict[str, set[float]]] = {}
    for name, examples in splits.items():
        exact[name] = {label: set() for label in labels(splits, task)}
        for example in examples:
            for label, (value, side) in example.gold.items():
                if not side:
                    exact[name][label].add(value)
    for label, values in exact["train"].items():
        if len(values) < 2:
            raise UserError(
                f"target {label!r} has {len(values)} different values in the train split",
                where=where,
                expected="at least two that are no bounds",
                hint="raise `limit.train`, or leave the target out",
            )
    for name in ("validation", "test"):
        if all(len(values) < 2 for values in exact[name].values()):
            raise UserError(f"no target has two different values in the {name} split", where=where)


def columns(examples: Sequence[Example], labels: Sequence[str]) -> dict[str, Any]:
    """`values`: a list of numbers or null an example, in the order of the targets; `bounds`: the same for bounds, and
    `sides`: -1 where the true value is at most the bound, 1 where it is at least that."""
    import numpy as np

    rows = [example.gold for example in examples]
    values, sides = cells.matrix(rows, labels, 0), cells.matrix(rows, labels, 1)
    bound = np.nan_to_num(sides) != 0
    found = {"values": cells.as_lists(np.where(bound, np.nan, values))}
    if bound.any():
        found["bounds"] = cells.as_lists(np.where(bound, values, np.nan))
        found["sides"] = cells.as_lists(np.where(bound, sides, np.nan))
    return found


def restore(columns: Mapping[str, list[Any]], labels: Sequence[str]) -> tuple[Any, dict[str, Any]]:
    """gold (examples, targets), NaN where a value is missing or only a bound; bounds and sides among the parts."""
    parts = {name: cells.as_matrix(columns[name], len(labels)) for name in ("bounds", "sides") if name in columns}
    return cells.as_matrix(columns["values"], len(labels)), parts


def prediction_columns(split: "Split", predictions: Predictions) -> dict[str, Any]:
    """gold (null where missing or only a bound) and predicted: a list an example, in the task's unit."""
    return {"gold": cells.as_lists(split.gold), "predicted": cells.as_lists(predictions.predicted)}


def references(gold: Any, labels: Sequence[str], reads: str) -> Any:
    """(examples, targets), NaN where a value is missing or only a bound."""
    return cells.as_matrix(gold, len(labels))


class RegressionModel(TaskModel):
    """A linear output a target, in standard deviations from the mean of the training values.

    Attributes:
        mean, deviation: (targets,) of the exact values of the training split, and of nothing else.
    """

    EXACT = True

    def __init__(self, task: "PreparedTask") -> None:
        import numpy as np

        super().__init__(task)
        self.mean = np.nanmean(task.train.gold, axis=0)
        self.deviation = np.nanstd(task.train.gold, axis=0)

    def model(self, checkpoint: Path) -> Any:
        """The checkpoint under a new head with an output a target."""
        from transformers import AutoModelForSequenceClassification

        return self.with_head(AutoModelForSequenceClassification, checkpoint, problem="regression")

    def targets(self, split: "Split") -> list[Any]:
        """For every example (2, targets): values or bounds, standardised, NaN where missing; and their sides."""
        import numpy as np

        values, sides = split.gold, np.zeros_like(split.gold)
        if "bounds" in split.parts:
            bound = ~np.isnan(split.parts["bounds"])
            values = np.where(bound, split.parts["bounds"], values)
            sides = np.where(bound, split.parts["sides"], 0.0)
        return list(np.stack([(values - self.mean) / self.deviation, sides], axis=1))

    def loss(self, train: "Encoded", settings: "Finetuning") -> Any:
        """Squared error over known values, one-sided for bounds."""
        from maskzoo.tasks.losses import bounded_squared_loss

        return bounded_squared_loss

    def decode(self, logits: list[Any], split: "Split", encoded: "Encoded") -> Predictions:
        """Values in the task's unit, (examples, targets)."""
        import numpy as np

        return Predictions(np.stack(logits).astype(np.float64) * self.deviation + self.mean)
