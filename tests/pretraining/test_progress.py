"""Metrics are lines of JSON, cut back to where a run goes on, and TensorBoard's where it was asked for."""

from importlib.util import find_spec

import pytest

from maskzoo.errors import UserError
from maskzoo.pretraining.progress import Metrics, cut_metrics, read_metrics


def written(path, *, done=0, steps=(10, 20, 30), **options):
    with Metrics(path, steps=30, done=done, **options) as metrics:
        for step in steps:
            metrics.write(step, loss=1 / step, learning_rate=None)


def test_a_line_a_step_without_values_that_are_not_there(tmp_path):
    written(tmp_path / "metrics.jsonl")
    assert next(iter(read_metrics(tmp_path / "metrics.jsonl"))) == {"step": 10, "loss": 0.1}


def test_a_run_that_goes_on_writes_no_line_twice(tmp_path):
    path = tmp_path / "metrics.jsonl"
    written(path)
    cut_metrics(path, 20)
    written(path, done=20, steps=(30,))
    assert [line["step"] for line in read_metrics(path)] == [10, 20, 30]


@pytest.mark.skipif(find_spec("tensorboard") is None, reason="needs the extra maskzoo[tensorboard]")
def test_tensorboard_gets_the_same_numbers(tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    written(tmp_path / "metrics.jsonl", tensorboard=tmp_path / "board")
    events = EventAccumulator(str(tmp_path / "board"))
    events.Reload()
    assert [(event.step, round(event.value, 4)) for event in events.Scalars("loss")] == [
        (10, 0.1),
        (20, 0.05),
        (30, 0.0333),
    ]


@pytest.mark.skipif(find_spec("tensorboard") is not None, reason="TensorBoard is installed")
def test_without_tensorboard_the_wish_for_it_is_answered_with_what_to_install(tmp_path):
    with pytest.raises(UserError, match=r"maskzoo\[tensorboard\]"):
        written(tmp_path / "metrics.jsonl", tensorboard=tmp_path / "board")
    assert not (tmp_path / "metrics.jsonl").exists()
