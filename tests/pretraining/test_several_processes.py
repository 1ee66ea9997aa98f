"""Several processes train together: the same curve as one alone, from checkpoints of any other number of them."""

from pathlib import Path

import pytest
from safetensors.torch import load_file

from maskzoo.files import read_json
from maskzoo.pretraining import checkpoint
from maskzoo.pretraining.progress import read_metrics
from maskzoo.pretraining.world import World
from tests.pretraining.conftest import WORDS, write_shards, write_tokenizer
from tests.pretraining.processes import CLOSE, curve, torchrun
from tests.pretraining.together import run

pytestmark = pytest.mark.slow  # a dozen processes import torch


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Whole runs of 1, 2 and 4 processes, in copies and in shards, and runs that others go on with."""
    corpus = tmp_path_factory.mktemp("together")
    write_tokenizer(corpus / "tokenizer", [f"w{number}" for number in range(WORDS)])
    write_shards(corpus / "tokens")
    run(corpus, "one", world=World())
    run(corpus, "one_then_two", world=World(), stopped_in_step=6)
    shards, learns = {"sharded": True}, {"masking": {"policy": "loss_weighted"}}
    muon, later = {"optimiser": "muon"}, {"schedule": "masks_later_then_mlm"}
    torchrun(
        4,
        corpus,
        [
            {"folder": "four"},
            {"folder": "four_shards", **shards},
            {"folder": "four_then_two", "stopped_in_step": 6},
            {"folder": "four_shards_then_one", "stopped_in_step": 6, **shards},
        ],
    )
    torchrun(
        2,
        corpus,
        [
            {"folder": "two"},
            {"folder": "two_shards", **shards},
            {"folder": "one_then_two"},
            {"folder": "four_then_two", **shards},
            {"folder": "two_then_one", "stopped_in_step": 7},
            {"folder": "two_learn", **learns},
            {"folder": "two_muon", **muon},
            {"folder": "two_muon_shards", **muon, **shards},
            {"folder": "two_later", **later},
            {"folder": "two_later_shards", **later, **shards},
            {"folder": "two_told", "told_in_step": 5},
            {"folder": "two_told"},
            {"folder": "two_shards_told", "told_in_step": 5, **shards},
            {"folder": "two_shards_told", **shards},
        ],
    )
    run(corpus, "two_then_one", world=World())
    run(corpus, "four_shards_then_one", world=World())
    run(corpus, "one_learns", world=World(), **learns)
    run(corpus, "one_muon", world=World(), **muon)
    run(corpus, "one_later", world=World(), **later)
    return corpus


@pytest.mark.parametrize("name", ["two", "four", "two_shards", "four_shards"])
def test_the_losses_of_every_step_are_those_of_one_process(runs: Path, name: str) -> None:
    alone, together = (curve(runs / folder, "loss") for folder in ("one", name))
    assert list(together) == list(alone) == list(range(1, 9))
    assert together == pytest.approx(alone, abs=CLOSE, rel=0)
    assert alone[8] < alone[1] - 0.1  # it moves, so that standing still is no agreement
    alone, together = (curve(runs / folder, "validation_loss") for folder in ("one", name))
    assert list(together) == list(range(9))
    assert together[0] == alone[0]  # of the same weights, to the last bit
    assert together == pytest.approx(alone, abs=CLOSE, rel=0)


@pytest.mark.parametrize("name", ["two", "four", "two_shards", "four_shards"])
def test_what_was_seen_and_hidden_is_the_same(runs: Path, name: str) -> None:
    alone, together = (read_json(runs / folder / "run.json") for folder in ("one", name))
    for figure in ("tokens", "flops", "mask_rate", "mask_rate_by_decile", "budget_missed"):
        assert together[figure] == alone[figure]
    assert together["phases"][0]["predicted"] == alone["phases"][0]["predicted"]
    assert together["fingerprint"] == alone["fingerprint"]
    assert together["processes"] == (2 if "two" in name else 4)
    assert together["sharded"] == ("shards" in name)
    assert together["optimiser_bytes"] == alone["optimiser_bytes"]  # of all parts together


@pytest.mark.parametrize("method", ["muon", "later"])
@pytest.mark.parametrize("way", ["", "_shards"])
def test_another_optimiser_and_masks_that_join_later_give_the_losses_of_one_process(
    runs: Path, method: str, way: str
) -> None:
    """Muon makes whole matrices orthogonal, and masks_later stands in for layers' forward passes."""
    for figure in ("loss", "validation_loss"):
        alone, together = (curve(runs / folder, figure) for folder in (f"one_{method}", f"two_{method}{way}"))
        assert list(together) == list(alone)
        assert together == pytest.approx(alone, abs=CLOSE, rel=0)
        assert alone != curve(runs / "one", figure)


@pytest.mark.parametrize("name", ["one_then_two", "two_then_one", "four_then_two", "four_shards_then_one"])
def test_another_number_of_processes_goes_on_where_a_run_was_stopped(runs: Path, name: str) -> None:
    alone, changed = (curve(runs / folder, "loss") for folder in ("one", name))
    assert list(changed) == list(range(1, 9))
    assert changed == pytest.approx(alone, abs=CLOSE, rel=0)
    weights, moments = (
        [load_file(runs / folder / "checkpoints" / "step-00000008" / file) for folder in ("one", name)]
        for file in ("model.safetensors", "optimiser.safetensors")
    )
    for one, other in (weights, moments):
        assert one.keys() == other.keys()
        assert all(one[key].shape == other[key].shape for key in one)
        assert max(float((one[key] - other[key]).abs().max()) for key in one) < 1e-3
    assert {float(tensor) for key, tensor in moments[1].items() if key.endswith("/step")} == {8.0}


@pytest.mark.parametrize("name", ["two", "two_shards"])
def test_where_one_is_told_to_stop_all_stop_after_the_same_step(runs: Path, name: str) -> None:
    whole, told = runs / name, runs / f"{name}_told"
    assert checkpoint.steps(told / "checkpoints") == [6, 8]  # where every fourth step has one
    assert read_json(told / "run.json")["model_sha256"] == read_json(whole / "run.json")["model_sha256"]


def test_a_policy_that_learns_is_told_of_every_process_tokens(runs: Path) -> None:
    alone, together = (curve(runs / folder, "loss") for folder in ("one_learns", "two_learn"))
    assert together == pytest.approx(alone, abs=CLOSE, rel=0)


def test_one_process_writes_and_leaves_nothing_behind(runs: Path) -> None:
    for folder in ("four", "two_shards", "four_then_two"):
        assert checkpoint.steps(runs / folder / "checkpoints") == [6, 8]  # the rate leaves its peak after 6
        assert not list((runs / folder).rglob("*.tmp"))
        steps = [line["step"] for line in read_metrics(runs / folder / "metrics.jsonl") if "loss" in line]
        assert steps == sorted(set(steps))
        assert (runs / folder / "model" / "model.safetensors").is_file()
