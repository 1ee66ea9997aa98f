"""run.json read back: what cards and tables use, as it was written; another shape is refused in a sentence."""

import json
from pathlib import Path
from typing import Any

import pytest

from maskzoo.errors import UserError
from maskzoo.pretraining.run_file import read_run

RUN: dict[str, Any] = {
    "steps": 10,
    "tokens": 640,
    "flops": 1e9,
    "seconds": 2,
    "validation_loss": 3.5,
    "parameters": 1000,
    "adaptation": {"method": "lora", "merged": True, "trainable_parameters": 70, "stored": {"bytes": 300}},
}


def written(folder: Path, **changed: Any) -> Path:
    (folder / "run.json").write_text(json.dumps({key: one for key, one in {**RUN, **changed}.items() if one != "gone"}))
    return folder


def test_figures_are_those_of_the_file_and_what_a_run_has_not_is_none(tmp_path: Path) -> None:
    run = read_run(written(tmp_path, settings={"seed": 0}))
    assert (run.steps, run.tokens, repr(run.seconds), run.step_seconds) == (10, 640, "2", 0.2)
    assert (run.released, run.new_head, run.bits_per_byte, run.peak_device_bytes) == ("masked_lm", False, None, None)
    assert run.adaptation is not None
    assert (run.adaptation.method, run.adaptation.trainable_parameters, run.adaptation.stored.bytes) == (
        "lora",
        70,
        300,
    )


def test_untrained_weights_have_no_time_of_a_step(tmp_path: Path) -> None:
    assert read_run(written(tmp_path, steps=0, seconds=0.0)).step_seconds is None


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"parameters": "gone"}, "run.json: parameters: is missing;"),
        ({"steps": "10"}, "run.json: steps: '10': input should be a valid integer;"),
        ({"validation_loss": None}, "run.json: validation_loss: None: no number;"),
        ({"adaptation": {"method": "lora", "stored": {"bytes": 1}}}, "run.json: adaptation.trainable_parameters: is"),
    ],
)
def test_a_file_of_another_shape_is_refused_with_what_mends_it(tmp_path: Path, changed: Any, said: str) -> None:
    with pytest.raises(UserError) as refused:
        read_run(written(tmp_path, **changed))
    assert said in str(refused.value)
    assert str(refused.value).endswith("remove it and run again, it is made anew")
