"""results.json read back: everything that tables use, as it was written; another shape is refused in a sentence."""

import json
from pathlib import Path

import pyarrow as pa
import pytest

from maskzoo.errors import UserError
from maskzoo.tasks.results import SeedResult, write_results, write_without
from maskzoo.tasks.results_file import read_results
from maskzoo.tasks.task_data import PreparedTask

SEED = {"seed": 3, "test": {"accuracy": 0.5}, "seconds": 1.5}


def test_everything_that_tables_use_is_read_as_it_was_written(tmp_path: Path, colours: PreparedTask) -> None:
    details = {
        "test_by_target": {"a": {"f1": 0.25}},
        "validation_by_learning_rate": {"0.001": 0.5},
        "truncated": {"train": 2, "test": 1},
        "trained_parameters": 70,
        "adaptation": {"method": "lora", "trainable_parameters": 70, "stored": {"numbers": 70, "bytes": 300}},
    }
    settings = {"learning_rate": 0.001, "max_length": 32, "epochs": 2, "batch_size": 4}
    seed = SeedResult(3, 0, {}, {colours.metric: 0.5}, 1, 1.5, 9.0, settings, details)
    table = pa.table({"seed": [3], "id": ["a"]})
    said = write_results(tmp_path / "out", model="m", task=colours, seeds=[seed], tables=[table], inputs={})
    found = read_results(tmp_path / "out")
    assert (found.metric, found.type, found.labels) == (colours.metric, colours.type, list(colours.labels))
    assert (found.examples_per_second, found.reason) == (said["examples_per_second"], None)
    [one] = found.seeds
    assert (one.seed, one.pretraining_seed, one.seconds, one.test) == (3, 0, 1.5, {colours.metric: 0.5})
    assert one.hyperparameters.model_dump() == {key: settings[key] for key in ("learning_rate", "max_length", "epochs")}
    assert one.details.test_by_target == details["test_by_target"]
    assert one.details.validation_by_learning_rate == details["validation_by_learning_rate"]
    assert (one.details.truncated, one.details.trained_parameters) == (details["truncated"], 70)
    assert one.details.adaptation is not None
    assert (one.details.adaptation.trainable_parameters, one.details.adaptation.stored.bytes) == (70, 300)


def test_a_model_that_cannot_do_the_task_has_a_reason_and_no_seeds(tmp_path: Path, colours: PreparedTask) -> None:
    write_without(tmp_path / "out", model="m", task=colours, reason="it has no head for words", inputs={})
    found = read_results(tmp_path / "out")
    assert (found.reason, found.seeds) == ("it has no head for words", [])


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"metric": "accuracy"}, "results.json: seeds: is missing"),
        ({"metric": "accuracy", "seeds": []}, "results.json: has neither seeds nor a reason why there are none"),
        ({"metric": "f1", "seeds": [SEED]}, "results.json: seed 3 has no f1 on the test split"),
        ({"metric": "accuracy", "seeds": [{"seed": 3}]}, "results.json: seeds.0.test: is missing; and 1 more problem"),
        ({"metric": "accuracy", "seeds": [{**SEED, "details": []}]}, "results.json: seeds.0.details: []; expected a"),
        ([], "results.json: []; expected a mapping"),
    ],
)
def test_a_file_of_another_shape_is_refused_with_what_mends_it(tmp_path: Path, written, said: str) -> None:
    (tmp_path / "results.json").write_text(json.dumps(written))
    with pytest.raises(UserError) as refused:
        read_results(tmp_path)
    assert said in str(refused.value)
    assert "remove it and run again, it is made anew" in str(refused.value)
