"""Runs in several processes, and their curves."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from maskzoo.pretraining.progress import read_metrics
from tests.conftest import ROOT

CLOSE = 1e-5  # nats; the order in which floats are summed makes a difference


def torchrun(
    processes: int, corpus: Path, jobs: list[dict[str, Any]], *, module: str = "tests.pretraining.together"
) -> None:
    """Runs in so many processes that torchrun starts."""
    command = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)]
    command += ["-m", module, str(corpus), json.dumps(jobs)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]


def curve(folder: Path, name: str) -> dict[int, float]:
    """Values of a metric by step."""
    return {line["step"]: line[name] for line in read_metrics(folder / "metrics.jsonl") if name in line}
