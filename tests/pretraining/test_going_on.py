"""What a run goes on with: what changes no weight throws none away, a longer run goes on, and accidents go one back."""

import json
import shutil
from pathlib import Path

import pytest

from maskzoo.files import read_json, sha256_of
from maskzoo.pretraining import checkpoint
from maskzoo.recipe.training import Masking
from tests.pretraining.runs import pretrained


def weights(corpus: Path, folder: str = "run") -> str:
    return sha256_of(corpus / folder / "model" / "model.safetensors")


def test_what_changes_no_weight_leaves_a_finished_run_alone(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = pretrained(corpus)
    for changed in ({"evaluate_every": 3}, {"micro_batch_size": 4}, {"checkpoint_every": 2}, {"tensorboard": True}):
        assert pretrained(corpus, **changed) == first, changed
        assert "already trained" in capsys.readouterr().err


def test_another_measure_is_taken_of_the_weights_that_are_there(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, before = pretrained(corpus), weights(corpus)
    again = pretrained(corpus, evaluation_batches=1)
    assert "going on after step 12" in capsys.readouterr().err
    assert again["validation_loss"] != first["validation_loss"]
    assert weights(corpus) == before
    assert pretrained(corpus, evaluation_batches=1) == again


def test_a_longer_run_goes_on_from_the_last_step_at_the_peak_with_the_bits_of_one_that_was_so_long(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pretrained(corpus, warmup=0.0, decay=0.25)
    assert checkpoint.steps(corpus / "run" / "checkpoints") == [9, 12]  # it decays after the ninth
    longer = pretrained(corpus, warmup=0.0, decay=0.25, steps=20)
    said = capsys.readouterr().err
    assert "20 steps instead of 12: going on after step 9, in the stable part, at learning rate 0.005" in said
    assert longer["went_on"][0]["after_step"] == 9
    whole = pretrained(corpus, "whole", warmup=0.0, decay=0.25, steps=20)
    assert weights(corpus) == weights(corpus, "whole")
    assert longer["validation_loss"] == whole["validation_loss"]
    assert not (corpus / "run" / "replaced").exists()
    steps = [json.loads(line)["step"] for line in (corpus / "run" / "metrics.jsonl").read_text().splitlines()]
    assert steps == sorted(steps)


def test_a_run_that_is_past_the_peak_of_a_shorter_one_starts_anew(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pretrained(corpus, warmup=0.0, decay=0.25)
    pretrained(corpus, warmup=0.0, decay=0.5, steps=4)
    assert "starting afresh" in capsys.readouterr().err
    assert weights(corpus) != pretrained(corpus, "other", warmup=0.0, decay=0.25)["model_sha256"]


def test_nothing_is_deleted_before_what_replaces_it_is_complete(
    corpus: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first, before = pretrained(corpus), weights(corpus)

    def die(*arguments: object, **named: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("maskzoo.pretraining.run.train", die)
        with pytest.raises(KeyboardInterrupt):
            pretrained(corpus, masking=Masking(rate=0.3))
    assert weights(corpus) == before, "the model is there until the next one is whole"
    assert read_json(corpus / "run" / "run.json") == first
    assert checkpoint.steps(next((corpus / "run" / "replaced").glob("*/checkpoints")))[-1] == 12
    capsys.readouterr()
    assert pretrained(corpus) == first, "the recipe is as it was, so nothing is trained"
    assert "already trained" in capsys.readouterr().err
    assert checkpoint.steps(corpus / "run" / "checkpoints")[-1] == 12
    assert pretrained(corpus, masking=Masking(rate=0.3))["model_sha256"] != before
    assert not (corpus / "run" / "replaced").exists()


def stopped(corpus: Path) -> Path:
    """A run that was killed after its second checkpoint, and the folder of it."""
    pretrained(corpus, warmup=0.0, decay=0.0)
    run = corpus / "run"
    for name in ("model", "run.json", "checkpoints/step-00000012"):
        path = run / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return run / "checkpoints"


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-3] ^= 16
    path.write_bytes(bytes(content))


ACCIDENTS = {
    "cut weights": lambda at: cut(at / "model.safetensors"),
    "empty weights": lambda at: (at / "model.safetensors").write_bytes(b""),
    "a flipped bit": lambda at: flip(at / "model.safetensors"),
    "no optimiser": lambda at: (at / "optimiser.safetensors").unlink(),
    "empty state": lambda at: (at / "state.json").write_text(""),
    "cut state": lambda at: cut(at / "state.json"),
    "a state that is a list": lambda at: (at / "state.json").write_text("[]"),
    "no state": lambda at: (at / "state.json").unlink(),
}


@pytest.mark.parametrize("accident", ACCIDENTS)
def test_a_broken_last_checkpoint_costs_one_checkpoint_and_no_bit(
    corpus: Path, accident: str, capsys: pytest.CaptureFixture[str]
) -> None:
    checkpoints = stopped(corpus)
    assert len(checkpoint.steps(checkpoints)) >= 1
    pretrained(corpus, "whole", warmup=0.0, decay=0.0)
    shutil.copytree(corpus / "whole" / "checkpoints" / "step-00000012", checkpoints / "step-00000012")
    ACCIDENTS[accident](checkpoints / "step-00000012")
    capsys.readouterr()
    pretrained(corpus, warmup=0.0, decay=0.0)
    said = capsys.readouterr().err
    assert "step-00000012: a broken checkpoint (" in said
    assert "going on after step 8" in said
    assert weights(corpus) == weights(corpus, "whole")


def test_a_cut_run_json_is_written_again_from_the_last_checkpoint(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = pretrained(corpus)
    cut(corpus / "run" / "run.json")
    again = pretrained(corpus)
    said = capsys.readouterr().err
    assert "run.json: not whole, written again" in said
    assert "going on after step 12" in said
    assert again["model_sha256"] == first["model_sha256"]
    (corpus / "run" / "model" / "model.safetensors").write_bytes(b"cut")
    assert pretrained(corpus)["model_sha256"] == first["model_sha256"] == weights(corpus)


def test_where_every_checkpoint_is_broken_it_starts_again(corpus: Path) -> None:
    first = pretrained(corpus)
    for folder in (corpus / "run" / "checkpoints").iterdir():
        cut(folder / "model.safetensors")
    (corpus / "run" / "run.json").unlink()
    assert pretrained(corpus)["model_sha256"] == first["model_sha256"]


def test_a_longer_run_that_starts_again_does_not_say_that_it_went_on(corpus: Path) -> None:
    pretrained(corpus, warmup=0.0, decay=0.25)
    assert "went_on" in pretrained(corpus, warmup=0.0, decay=0.25, steps=20)
    for folder in (corpus / "run" / "checkpoints").iterdir():
        cut(folder / "model.safetensors")
    (corpus / "run" / "run.json").unlink()
    assert "went_on" not in pretrained(corpus, warmup=0.0, decay=0.25, steps=20)
