"""A demo through real Slurm: pretraining is killed by scancel and goes on, to the files of an undisturbed run."""

import json
import os
import re
import subprocess
import sys
import time

import pytest

from maskzoo.files import sha256_of
from maskzoo.pretraining import checkpoint
from maskzoo.pretraining.progress import read_metrics

from ..workflow.conftest import Checkout

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

RESULTS = "results/demo/general"
RUN = f"{RESULTS}/models/scratch/seed0"
TARGET = f"{RESULTS}/evaluation/topic/scratch/predictions.parquet"
SAME = (
    f"{RESULTS}/corpus/documents.parquet",
    f"{RESULTS}/tokenizers/general/tokenizer/tokenizer.json",
    f"{RESULTS}/tokens/general/train.bin",
    f"{RUN}/model/model.safetensors",
    TARGET,
)
THREADS = ("--cores", "2", "--set-threads", "corpus=1", "tokenizer=1", "tokens=1", "pretrain=1")
SLURM = (
    *("--workflow-profile", "profiles/slurm", "--slurm-status-command", "squeue", "--slurm-no-account"),
    *("--slurm-init-seconds-before-status-checks", "1", "--seconds-between-status-checks", "2"),
)


def shortened(folder):
    """The general demo with fewer documents and small batches; no checkpoint but that of a kill and the last."""
    folder.mkdir()
    checkout = Checkout(folder)
    checkout.edit(
        "domains/general/domain.yaml",
        ("documents: 1500, seed", "documents: 300, seed"),
        ("steps: 200, sequence_length: 128, batch_size: 32", "steps: 200, sequence_length: 64, batch_size: 16"),
        ("evaluate_every: 50, checkpoint_every: 100", "evaluate_every: 100, checkpoint_every: 1000"),
        ("finetuning: [0, 1]", "finetuning: [0]"),
    )
    return checkout


def start(checkout, log, *arguments):
    """Snakemake in the background, what it says in a file."""
    environment = {
        **os.environ,
        "PATH": f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}",
        "OMP_NUM_THREADS": "1",
    }
    with log.open("w") as said:
        command = ["snakemake", *arguments, *THREADS, "--", TARGET]
        return subprocess.Popen(command, cwd=checkout.folder, env=environment, stdout=said, stderr=said)


def jobs():
    """State and rule of each pretraining job, finished ones too, by its number."""
    listed = subprocess.run(
        ["squeue", "--noheader", "--states=all", "--format=%i %T %k"], capture_output=True, text=True, check=True
    )
    found = [line.split(maxsplit=2) for line in listed.stdout.splitlines()]
    return {int(number): (state, rule) for number, state, rule in found if rule.startswith("rule_pretrain")}


def until(happened, process, log, seconds=900):
    """Wait for something to be true while Snakemake runs."""
    deadline = time.monotonic() + seconds
    while not (result := happened()):
        assert process.poll() is None, log.read_text()[-5000:]
        assert time.monotonic() < deadline, log.read_text()[-5000:]
        time.sleep(0.05)
    return result


@pytest.fixture(scope="module")
def killed(slurm, tmp_path_factory):
    """Both checkouts when all is done, and what was seen on the way."""
    folder = tmp_path_factory.mktemp("killed")
    here, there = shortened(folder / "here"), shortened(folder / "there")
    log = folder / "slurm.log"
    local = start(here, folder / "local.log")
    cluster = start(there, log, *SLURM)
    try:
        run = there.folder / RUN

        def steps():
            return max((line["step"] for line in read_metrics(run / "metrics.jsonl")), default=0)

        until(lambda: steps() >= 20, cluster, log)
        [(number, before)] = jobs().items()
        subprocess.run(["scancel", str(number)], check=True)
        until(lambda: jobs()[number][0] not in ("RUNNING", "COMPLETING"), cluster, log)
        said = there.folder / "logs/demo/general/pretrain/scratch-seed0.log"
        seen = {
            "number": number,
            "before": before[0],
            "after": jobs()[number][0],
            "checkpoints": checkpoint.steps(run / "checkpoints"),
            "said": said.read_text(),
        }
        assert cluster.wait(timeout=1200) == 0, log.read_text()[-5000:]
        seen |= {"said_again": said.read_text(), "jobs": jobs(), "log": log.read_text()}
        assert local.wait(timeout=1200) == 0, (folder / "local.log").read_text()[-5000:]
    finally:
        for process in (cluster, local):
            if process.poll() is None:
                process.kill()
    return here, there, seen


def test_scancel_ends_the_job_with_a_checkpoint_of_the_step_in_progress(killed):
    _, _, seen = killed
    assert (seen["before"], seen["after"]) == ("RUNNING", "CANCELLED")
    [step] = seen["checkpoints"]
    assert 20 <= step < 200
    assert seen["said"].splitlines()[-1] == (
        f"maskzoo: {RUN}: stopped by SIGTERM after step {step}, with a checkpoint; the same command goes on from there"
    )


def test_the_next_attempt_goes_on_from_that_step(killed):
    _, there, seen = killed
    [step] = seen["checkpoints"]
    assert f"{RUN}: going on after step {step}\n" in seen["said_again"]
    (first, (killed_, _)), (second, (finished, _)) = sorted(seen["jobs"].items())
    assert (first, killed_, finished) == (seen["number"], "CANCELLED", "COMPLETED")
    assert second > first
    assert re.search(r"Trying to restart job", seen["log"])
    assert json.loads((there.folder / RUN / "run.json").read_text())["steps"] == 200
    steps = [line["step"] for line in read_metrics(there.folder / RUN / "metrics.jsonl") if "loss" in line]
    assert steps == sorted(set(steps)) == sorted({*range(10, 201, 10), step})


@pytest.mark.parametrize("file", SAME)
def test_every_file_is_that_of_a_run_without_slurm_and_without_a_kill(killed, file):
    here, there, _ = killed
    assert sha256_of(here.folder / file) == sha256_of(there.folder / file)
