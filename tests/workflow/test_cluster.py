"""What a cluster's profile makes of the DAG, without a cluster: resources, groups, shards, and wrong configurations."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

SLURM = ("--workflow-profile", "profiles/slurm")


@pytest.fixture(autouse=True)
def no_slurm(monkeypatch):
    """What there is on this machine is not asked."""
    monkeypatch.setenv("SLURM_CONF", "/nowhere/slurm.conf")


def block(answer, rule):
    """What a dry run says of the first job of a rule."""
    text = answer.stdout + answer.stderr
    return re.search(rf"rule {rule}:\n(.*?)\n\n", re.sub(r"\n *\n", "\n\n", text), re.S)[1]


@pytest.mark.parametrize("way", [SLURM, ("--profile", "profiles/slurm")])
def test_every_job_asks_for_memory_and_time_either_way(checkout, way):
    answer = checkout.snakemake(*way, "-n", "domains/general")
    text = answer.stdout + answer.stderr
    jobs = [line for line in text.splitlines() if "resources: tmpdir" in line]
    assert len(jobs) == 17
    assert all(re.search(r"runtime=\d+", line) and re.search(r"mem_mb=\d+", line) for line in jobs[:-1])
    assert "Group job prepare" in text
    assert "gpu" not in text


def test_at_the_scale_of_gpus_models_ask_for_one(checkout):
    config = ("--config", "cluster={gpu: a100, gpu_scales: [demo], gpu_partition: gpus}")
    answer = checkout.snakemake(*SLURM, "-n", "domains/general", *config)
    assert "gpu=1" in block(answer, "pretrain")
    assert "slurm_partition=gpus" in block(answer, "pretrain")
    assert "gpu=1" in block(answer, "finetune")
    assert "gpu" not in block(answer, "corpus")


def test_curation_is_shared_out_where_it_is_asked_for(checkout):
    assert "corpus_shard" not in checkout.planned("domains/general")
    assert checkout.planned("domains/general", "--config", "corpus_jobs=5")["corpus_shard"] == 5
    checkout.edit(
        "domains/general/domain.yaml",
        ("    corpus:\n      sources:\n        prose", "    corpus:\n      jobs: 3\n      sources:\n        prose"),
    )
    assert checkout.planned("domains/general")["corpus_shard"] == 3
    assert "corpus_shard" not in checkout.planned("domains/general", "--config", "corpus_jobs=1")


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("cluster={partitoin: long}", "configuration: cluster: partitoin: unknown key 'partitoin'"),
        ("corpus_jobs=none", "--config corpus_jobs: 'none'; expected a number from 1 to 1000"),
    ],
)
def test_a_wrong_configuration_is_one_sentence(checkout, config, expected):
    answer = checkout.snakemake("-n", "domains/general", "--config", config, check=False)
    assert answer.returncode != 0
    assert expected in answer.stdout + answer.stderr
    assert "Traceback" not in answer.stdout + answer.stderr


STAND_IN = """#!/bin/sh
# what a cluster's apptainer does, but in no container: apptainer exec OPTIONS IMAGE SHELL -c COMMAND
[ "$1" = --version ] && { echo "apptainer version 1.3.4"; exit; }
echo "$@" >>called
while [ "$1" != "$IMAGE" ]; do shift; done
shift
exec "$@"
"""


def test_a_container_is_used_where_one_is_named(checkout, monkeypatch):
    """By Snakemake's own rules; a program of that name stands in for apptainer, which few machines have."""
    image = "containers/maskzoo.sif"
    for file, text in ((image, ""), ("bin/apptainer", STAND_IN)):
        (checkout.folder / file).parent.mkdir()
        (checkout.folder / file).write_text(text)
        (checkout.folder / file).chmod(0o755)
    monkeypatch.setenv("IMAGE", image)
    checkout.edit("domains/general/domain.yaml", ("documents: 1500, seed", "documents: 30, seed"))
    path = f"{checkout.folder / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    answer = subprocess.run(
        [
            *("snakemake", "--cores", "1", "results/demo/general/simulated", "--config", f"container={image}"),
            *("--software-deployment-method", "apptainer"),
        ],
        cwd=checkout.folder,
        env={**os.environ, "PATH": path, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    [call] = (checkout.folder / "called").read_text().split("exec ")[1:]
    assert image in call
    assert "maskzoo simulate domains/general" in call
    assert (checkout.folder / "results/demo/general/simulated/documents.jsonl").is_file()
