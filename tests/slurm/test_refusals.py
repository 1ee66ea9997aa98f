"""What a real Slurm does not have is refused before anything is submitted, and the message names the rule."""

import subprocess

import pytest

from ..workflow.conftest import Checkout

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

PROFILE = ("--workflow-profile", "profiles/slurm", "--slurm-status-command", "squeue", "--slurm-no-account")


def queue() -> str:
    """All jobs, finished ones too."""
    return subprocess.run(["squeue", "--noheader", "--states=all"], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            ("--config", "cluster={partition: mian}"),
            "rule pretrain: unknown partition 'mian'; expected one of main; did you mean 'main'?",
        ),
        (
            ("--config", "cluster={gpu: h100, gpu_scales: [demo]}"),
            "rule pretrain: asks for 1 GPU(s), and no node of the partition 'main' has one",
        ),
        (
            ("--set-resources", "compare:slurm_partition=long"),
            "rule compare: unknown partition 'long'; expected one of main",
        ),
        (
            ("--set-resources", "finetune:gpu=2"),
            "rule finetune: asks for 2 GPU(s), and no node of the partition 'main' has one",
        ),
    ],
)
def test_what_the_cluster_does_not_have_is_refused(slurm, tmp_path, arguments, expected):
    before = queue()
    answer = Checkout(tmp_path).snakemake("domains/general", *PROFILE, *arguments, check=False)
    assert answer.returncode != 0
    assert expected in answer.stdout + answer.stderr
    assert "Traceback" not in answer.stdout + answer.stderr
    assert queue() == before
    assert not (tmp_path / "results").exists()
