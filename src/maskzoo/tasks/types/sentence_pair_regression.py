"""How alike two sentences are, as a number: relatedness of SICK, semantic textual similarity, gold standards of people.

Marelli et al. 2014, "A SICK cure for the evaluation of compositional distributional semantic models" (LREC), which asks
for correlations; Agirre et al. 2012 (SemEval task 6). Both sentences are read in one input, as pairs are classified.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import Field

from maskzoo.documents.record import Record
from maskzoo.recipe.task import NonEmpty
from maskzoo.tasks.common import cells, numbers
from maskzoo.tasks.common.defaults import complete
from maskzoo.tasks.common.numbers import RegressionModel, check, counts, labels, prediction_columns, references
from maskzoo.tasks.common.pairs import PairInputs, pair_of
from maskzoo.tasks.examples import Example, Reading

if TYPE_CHECKING:
    from maskzoo.tasks.task_data import PreparedTask

__all__ = [
    "BASELINES",
    "HUB_TASK",
    "METRICS",
    "OPTIONS",
    "Settings",
    "check",
    "columns",
    "complete",
    "counts",
    "labels",
    "prediction_columns",
    "read",
    "references",
    "restore",
    "task_model",
]

METRICS = ("spearman", "rmse", "mae", "r2")
OPTIONS = ("head_epochs",)
BASELINES = ("mean",)
HUB_TASK = "sentence-similarity"


class Settings(cells.TargetSettings):
    """A number a pair of texts."""

    label: NonEmpty = Field(description="the field that holds the number")
    pair: NonEmpty = Field(description="the field that holds the second text")
    unit: NonEmpty = Field(default="points", description="of the numbers: errors are reported in it")

    @property
    def own_fields(self) -> Iterable[tuple[str, str | None]]:
        yield from super().own_fields
        yield "pair", self.pair


def read(record: Record, task: Settings, *, where: str) -> Reading | None:
    """Two texts and their number; None where one of these is missing.

    Raises:
        UserError: a value that is no number.
    """
    pair, number = pair_of(record, task, where), cells.across(record, task, _parsed, where=where)
    return None if pair is None or number is None else Reading(number.gold, {"pair": pair.text}, key=pair.key)


def _parsed(record: Record, name: str, value: str, task: Settings, where: str) -> cells.Cell:
    return cells.number(record, name, value, where), 0


def columns(examples: Sequence[Example], labels: Sequence[str]) -> dict[str, Any]:
    """The columns `pair`, the second text, and `values`."""
    import pyarrow as pa

    pairs = pa.array([example.parts["pair"] for example in examples], pa.string())
    return {"pair": pairs, **numbers.columns(examples, labels)}


def restore(columns: Mapping[str, list[Any]], labels: Sequence[str]) -> tuple[Any, dict[str, Any]]:
    """Numbers (examples, 1) as gold, second texts beside."""
    gold, parts = numbers.restore(columns, labels)
    return gold, {**parts, "pair": columns["pair"]}


def task_model(task: "PreparedTask") -> "LikenessModel":
    """A linear output above both texts."""
    return LikenessModel(task)


class LikenessModel(PairInputs, RegressionModel):
    """A linear output above both texts, in standard deviations from the mean of the training values."""
