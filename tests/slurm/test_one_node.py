"""The script that starts Slurm leaves nothing behind when it stops it."""

import os
import subprocess
import time
from pathlib import Path

import pytest

from .conftest import SCRIPT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def test_stop_ends_what_runs_and_what_waits(slurm, tmp_path):
    script = tmp_path / "job.sh"
    script.write_text(f"#!/bin/bash\ntrap '' TERM\nsrun sh -c 'echo $$ >>{tmp_path}/pids; sleep 600'\n")
    for _ in range(os.cpu_count() + 1):  # one more than there are cores, so that it waits
        subprocess.run(["sbatch", "--ntasks=1", "--mem=50", "--output=/dev/null", script], check=True, cwd=tmp_path)
    pids = tmp_path / "pids"
    deadline = time.monotonic() + 60
    while not pids.exists() or not pids.read_text().strip():
        assert time.monotonic() < deadline, subprocess.run(["squeue"], capture_output=True, text=True).stdout
        time.sleep(0.1)
    stopped = subprocess.run([SCRIPT, "stop", slurm], capture_output=True, text=True, check=True)
    assert stopped.stderr == ""
    assert not [pid for pid in pids.read_text().split() if Path("/proc", pid).exists()]
    for daemon in ("slurmd", "slurmctld", "munged"):
        pid = (slurm / f"{daemon}.pid").read_text().strip() if (slurm / f"{daemon}.pid").exists() else ""
        assert not pid or not Path("/proc", pid).exists()
    assert not Path("/etc/slurm/slurm.conf").exists()
