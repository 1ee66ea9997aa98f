"""Slurm on this machine, where its Debian packages and root are at hand."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("one_node.sh")
PROGRAMS = ("slurmctld", "slurmd", "munged", "sbatch", "squeue", "scancel", "sinfo")
PACKAGES = "slurmctld slurmd slurm-client munge"


@pytest.fixture(scope="module")
def slurm(tmp_path_factory):
    """One node, one partition called main, no GPU; stopped when the tests of a file are over."""
    absent = [name for name in PROGRAMS if shutil.which(name) is None]
    if absent:
        pytest.skip(f"needs Slurm: no {absent[0]} (apt-get install {PACKAGES})")
    if os.geteuid():
        pytest.skip("needs root to start Slurm's daemons")
    folder = tmp_path_factory.mktemp("slurm")
    started = subprocess.run([SCRIPT, "start", folder], capture_output=True, text=True, check=False)
    if started.returncode == 3:
        pytest.skip(started.stderr.strip())
    try:
        assert started.returncode == 0, started.stdout + started.stderr
        yield folder
    finally:
        subprocess.run([SCRIPT, "stop", folder], check=True)
