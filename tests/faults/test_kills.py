"""A short version of the campaign: a run that is killed twice ends with the bytes of one that was not."""

import random
import shutil

import pytest

from .campaign import checkout, checksums, killed, start

PREPARED = "results/demo/general/tokens/general"
TARGET = "results/demo/general/models/scratch/seed0/run.json"


def run(folder, target):
    assert start(folder, target).wait() == 0, (folder / "said.txt").read_text()[-3000:]


@pytest.mark.timeout(600)
def test_a_dag_that_is_killed_goes_on_by_itself_and_ends_with_the_same_bytes(tmp_path):
    whole, often = checkout(tmp_path / "whole"), tmp_path / "often"
    run(whole, PREPARED)
    shutil.copytree(whole, often)
    run(whole, TARGET)
    assert killed(often, kills=2, longest=9, rng=random.Random(1), target=TARGET) >= 1
    assert checksums(often) == checksums(whole)
    assert any(name.endswith("model/model.safetensors") for name in checksums(whole))
