"""How much of a domain's run is not work: `python bench/overhead.py` (about five minutes at the demo scale).

Runs `snakemake domains/legal` from nothing in an empty copy of the zoo, then measures what is paid besides the
stages' own work: Snakemake itself (a second run that finds nothing to do) and, for every job, starting Python and
importing what its command needs. CPU seconds, so that other load on the machine matters less; wall time and peak memory
are printed too.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from machine import leave

GOAL = 0.15
ROOT = Path(__file__).resolve().parents[1]
PARTS = ("Snakefile", "workflows", "profiles", "domains", "tokenizers", "environment.yml")
# what a command has imported when its work begins
IMPORTS = {
    "simulate": "maskzoo.simulate.simulation",
    "tasks": "maskzoo.tasks.task_data, maskzoo.corpus.sources, pyarrow.parquet",
    "corpus": "maskzoo.corpus.curate, maskzoo.corpus.funnel_picture, matplotlib.pyplot",
    "tokenizer": "maskzoo.tokenization.make, maskzoo.tokenization.audit_picture, matplotlib.pyplot",
    "tokens": "maskzoo.tokenization.encode",
    "pretrain": "maskzoo.pretraining.run",
    "curves": "maskzoo.reporting.pictures.curves, matplotlib.pyplot",
    "finetune": "maskzoo.tasks.finetune_training",
    "baseline": "maskzoo.tasks.fit_baseline, sklearn.linear_model",
    "score": "maskzoo.models.common.pseudo_likelihood, transformers.models.auto.modeling_auto",
    "compare": "maskzoo.comparison.compare, matplotlib.pyplot",
    "release": "maskzoo.release.package, maskzoo.release.card",
    "cards": "maskzoo.release.cards_command",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cores", default="2")
    parser.add_argument("--target", default="domains/legal")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="maskzoo-overhead-") as folder:
        for part in PARTS:
            source = ROOT / part
            (shutil.copytree if source.is_dir() else shutil.copy)(source, Path(folder) / part)
        command = ["snakemake", "--cores", options.cores, options.target]
        wall, cpu, memory, log = measured(command, folder)
        again_wall, again_cpu, _, _ = measured(command, folder)
        machine = json.loads(next(Path(folder).glob("results/*/*/models/*/*/run.json")).read_text())["provenance"]
    # Snakemake's last table of jobs; the target itself is no work
    jobs = {name: int(count) for name, count in re.findall(r"^(\w+) +(\d+)$", log, re.M) if name in IMPORTS}
    starts = {name: start_cost(modules) for name, modules in IMPORTS.items() if name in jobs}
    starting = sum(jobs[name] * starts[name] for name in jobs)
    print(f"machine: {machine['machine']}, Python {machine['python']}, torch {machine['versions']['torch']}")
    print(f"{options.target}: {wall:.0f} s wall, {cpu:.0f} s CPU, peak {memory / 1e6:.2f} GB in one process")
    print(f"Snakemake with nothing to do: {again_cpu:.1f} s CPU, {again_wall:.1f} s wall")
    print("starting Python and importing, CPU seconds a job x jobs:")
    for name in jobs:
        print(f"  {name:10} {starts[name]:5.2f} x {jobs[name]}")
    print(f"all starts: {starting:.0f} s CPU")
    share = (again_cpu + starting) / cpu
    leave(f"not work in {options.target}", "CPU time of all jobs", [share], GOAL, at_most=True)
    print(f"not work: {again_cpu + starting:.0f} of {cpu:.0f} s CPU = {share:.1%}")


def measured(command: list[str], folder: str) -> tuple[float, float, float, str]:
    """Wall seconds, CPU seconds and peak resident kB of the largest process of a command, and what it printed."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    with tempfile.TemporaryFile("w+") as log:
        began = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        log.seek(0)
        text = log.read()
    if status:
        sys.exit(text[-4000:])
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, text


def start_cost(modules: str, repeats: int = 3) -> float:
    """Median CPU seconds of a Python that imports the modules and stops."""
    costs = []
    for _ in range(repeats):
        before = os.times()
        subprocess.run([sys.executable, "-c", f"import {modules}"], check=True)
        after = os.times()
        costs.append(after.children_user + after.children_system - before.children_user - before.children_system)
    return sorted(costs)[repeats // 2]


if __name__ == "__main__":
    main()
