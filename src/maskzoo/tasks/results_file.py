"""results.json of one model on one task, as `tasks/results.py` writes it, read back."""

from pathlib import Path

from pydantic import Field, model_validator

from maskzoo.adaptation.common.adapter_figures import AdapterFigures
from maskzoo.written import Number, Written, read_written

FILE = "results.json"


class Hyperparameters(Written):
    """Those that models which were fine-tuned have; a baseline has others, or none."""

    learning_rate: Number | None = None
    max_length: int | None = None
    epochs: Number | None = None


class Details(Written):
    """What else is known of a seed; empty where it does not apply.

    Attributes:
        test_by_target: target -> metric -> value, of tasks with several targets.
        validation_by_learning_rate: tried rate -> the task's metric on validation.
        truncated: split -> examples that were longer than the limit.
        trained_parameters: numbers that fine-tuning trained, the head's among them; None for baselines.
    """

    test_by_target: dict[str, dict[str, Number]] = Field(default={})
    validation_by_learning_rate: dict[str, Number] = Field(default={})
    truncated: dict[str, int] = Field(default={})
    trained_parameters: int | None = None
    adaptation: AdapterFigures | None = None


class Seed(Written):
    """One seed; see `SeedResult`."""

    seed: int
    pretraining_seed: int | None = None
    test: dict[str, Number]
    seconds: Number
    hyperparameters: Hyperparameters = Hyperparameters()
    details: Details = Details()


class Results(Written):
    """The whole file.

    Attributes:
        type: None in files from before it was written.
        seeds: none where the model cannot do the task; `reason` then says why.
    """

    metric: str
    type: str | None = None
    labels: list[str] = Field(default=[])
    seeds: list[Seed]
    examples_per_second: Number | None = None
    reason: str | None = None

    @model_validator(mode="after")
    def _every_seed_has_the_metric(self) -> "Results":
        if self.reason is None and not self.seeds:
            raise ValueError("has neither seeds nor a reason why there are none")
        lacks = next((one.seed for one in self.seeds if self.metric not in one.test), None)
        if lacks is not None:
            raise ValueError(f"seed {lacks} has no {self.metric} on the test split")
        return self


def read_results(folder: Path) -> Results:
    """results.json in the folder of one model on one task.

    Raises:
        UserError: it is damaged, or of another shape.
    """
    return read_written(Results, folder / FILE)
