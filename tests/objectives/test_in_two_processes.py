"""Every objective gives the losses of one process in two, in copies and in shards, and rows see those of all."""

import json
from pathlib import Path

import pytest
import torch

from maskzoo import registry
from maskzoo.pretraining.world import World
from tests.objectives.contrast import losses_and_gradients
from tests.pretraining.conftest import WORDS, write_shards, write_tokenizer
from tests.pretraining.processes import CLOSE, curve, torchrun
from tests.pretraining.together import run

pytestmark = pytest.mark.slow  # two processes import torch
NAMES = registry.names("objectives")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs of every objective in one process, in two, in two shards, and in two from where one was stopped."""
    corpus = tmp_path_factory.mktemp("objectives")
    write_tokenizer(corpus / "tokenizer", [f"w{number}" for number in range(WORDS)])
    write_shards(corpus / "tokens")
    jobs = []
    for name in NAMES:
        own = {"objective": name, "sequence_length": 23}
        run(corpus, f"{name}_one", world=World(), **own)
        run(corpus, f"{name}_then", world=World(), stopped_in_step=6, **own)
        jobs += [
            {"folder": f"{name}_two", **own},
            {"folder": f"{name}_shards", "sharded": True, **own},
            {"folder": f"{name}_then", **own},
        ]
    torchrun(2, corpus, jobs)
    torchrun(2, corpus, [], module="tests.objectives.contrast")
    return corpus


@pytest.mark.parametrize("way", ["two", "shards", "then"])
@pytest.mark.parametrize("name", NAMES)
def test_losses_are_those_of_one_process(runs: Path, name: str, way: str) -> None:
    for figure in ("loss", "validation_loss"):
        alone, together = (curve(runs / f"{name}_{run}", figure) for run in ("one", way))
        assert list(together) == list(alone)
        assert together == pytest.approx(alone, abs=CLOSE, rel=1e-6)


def test_rows_are_compared_with_those_of_all_processes(runs: Path) -> None:
    loss, gradient = losses_and_gradients(World())
    together = json.loads((runs / "contrast.json").read_text())
    assert together["loss"] == pytest.approx(loss, rel=1e-5)
    torch.testing.assert_close(torch.tensor(together["gradient"]), gradient, atol=1e-5, rtol=1e-4)
