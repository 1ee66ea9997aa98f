"""Cost against work: curation, packing and scoring of 10, 30, 100 and 300 MB of text: `python bench/scaling.py`.

Invented text with planted duplicates (that of bench/corpus_memory.py) goes through `maskzoo corpus` and `maskzoo
tokens`, each a process of its own with one thread; `scoring` is the pseudo-log-likelihood of two documents a megabyte
under a small random model, in this process. CPU seconds of all processes, so that other load matters less. The exponent
is the slope of the line through the points on logarithmic axes: 1 is linear. Peak memory is sampled as in
corpus_memory.py. `--sizes 10 30 100 300 1000` goes on to a gigabyte; `--write docs` leaves scaling.json and .svg there.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from corpus_memory import RECIPE, resident, write_input
from machine import described, leave, table

SIZES = (10, 30, 100, 300)
STAGES = ("corpus", "tokens", "scoring")
GOAL = 1.05


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=float, nargs="*", default=SIZES, help="MB of text")
    parser.add_argument("--write", type=Path, help="folder for scaling.json and scaling.svg")
    parser.add_argument("--quick", action="store_true", help="1 and 2 MB: that it runs, in seconds")
    options = parser.parse_args()
    sizes = [1.0, 2.0] if options.quick else sorted(options.sizes)
    print(described("maskzoo", "pyarrow", "tokenizers", "torch"))
    points: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        _, trained = measured(Path(folder), min(0.5, sizes[0] / 2), None)  # compiles what is compiled once
        for megabytes in sizes:
            point, trained = measured(Path(folder), megabytes, trained)
            points.append(point)
            said = ", ".join(f"{stage} {point[stage]['cpu']:.1f} s" for stage in STAGES)
            print(f"{point['bytes'] / 1e6:6.0f} MB: {said}", flush=True)
    rows = [("stage", "exponent", *(f"{point['bytes'] / 1e6:.0f} MB" for point in points), "peak memory")]
    for stage in STAGES:
        speeds = [f"{point['bytes'] / 1e6 / point[stage]['cpu']:.2f} MB/s" for point in points]
        peaks = [point[stage].get("peak", 0) / 1e6 for point in points]
        memory = f"{min(peaks):.0f} to {max(peaks):.0f} MB" if max(peaks) else ""
        rows.append((stage, f"{exponent(points, stage):.2f}", *speeds, memory))
    print(table(rows))
    if not options.quick:
        for stage in STAGES:
            what = f"{stage}, exponent of cost, {sizes[0]:g} to {sizes[-1]:g} MB"
            leave(what, "1 is linear", [exponent(points, stage)], GOAL, at_most=True)
    if options.write:
        write(options.write, points)


def exponent(points: list[dict[str, Any]], stage: str) -> float:
    """Slope of CPU seconds over bytes on logarithmic axes."""
    work, cost = [point["bytes"] for point in points], [point[stage]["cpu"] for point in points]
    return float(np.polyfit(np.log(work), np.log(cost), 1)[0])


def measured(folder: Path, megabytes: float, trained: Path | None) -> tuple[dict[str, Any], Path]:
    """CPU seconds and peak memory of every stage at one size; the tokenizer is trained where there is none."""
    root = folder / str(megabytes)
    domain, results = root / "domains" / "bench", root / "results"
    domain.mkdir(parents=True)
    designs = Path(__file__).parents[1] / "tokenizers"
    shutil.copytree(designs, root / "tokenizers")
    (domain / "domain.yaml").write_text(RECIPE)
    size = write_input(domain / "input.jsonl", round(megabytes * 1e6))
    point: dict[str, Any] = {"bytes": size, "corpus": command("corpus", domain, results, "--threads", "1")}
    target = results / "demo" / "bench" / "tokenizers"
    if trained is None:
        command("tokenizer", domain, results, "--tokenizer", "own")
        trained = folder / "tokenizers"
        shutil.copytree(target, trained)
    else:
        shutil.copytree(trained, target)
    point["tokens"] = command("tokens", domain, results, "--tokenizer", "own")
    point["scoring"] = scored(results / "demo" / "bench" / "corpus" / "documents.parquet", round(2 * megabytes))
    shutil.rmtree(root)
    return point, trained


def command(stage: str, domain: Path, results: Path, *more: str) -> dict[str, float]:
    """CPU seconds and peak bytes of one subcommand."""
    before = os.times()
    process = psutil.Popen(
        [sys.executable, "-m", "maskzoo", stage, str(domain), "--results", str(results), *more],
        stdout=subprocess.DEVNULL,
        env={**os.environ, "OMP_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1"},
    )
    peak = 0
    while process.poll() is None:
        peak = max(peak, resident(process))
        time.sleep(0.05)
    if process.returncode:
        sys.exit(process.returncode)
    after = os.times()
    return {"cpu": sum(after[2:4]) - sum(before[2:4]), "peak": peak}


def scored(documents: Path, count: int) -> dict[str, float]:
    """CPU seconds of scoring the first 60 words of so many documents under a random 2 x 64 BERT."""
    import pyarrow.parquet as pq
    import torch
    from pseudo_likelihood import random_bert

    from maskzoo.models.common.predictor import predictor
    from maskzoo.models.common.pseudo_likelihood import Encoded, token_scores

    torch.set_num_threads(1)
    texts = pq.ParquetFile(documents).iter_batches(batch_size=count, columns=["text"])
    found = []
    for text in next(texts).column(0).to_pylist():
        ids = [5 + len(word) % 90 for word in text.split()[:60]]
        found.append(Encoded((2, *ids, 3), (-1, *range(len(ids)), -1)))
    predict = predictor(random_bert(2, 64, 100))
    began = time.process_time()
    token_scores(found, predict, mask_id=4, pad_id=0, variant="original")
    return {"cpu": time.process_time() - began}


def write(folder: Path, points: list[dict[str, Any]]) -> None:
    """The points and their picture."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "maskzoo"
    import matplotlib.pyplot as plt

    said = {"machine": described("maskzoo", "pyarrow", "tokenizers", "torch"), "date": f"{datetime.now(UTC):%Y-%m-%d}"}
    exponents = {stage: round(exponent(points, stage), 3) for stage in STAGES}
    text = json.dumps(
        {**said, "command": " ".join(["python", *sys.argv]), "exponents": exponents, "points": points}, indent=2
    )
    (folder / "scaling.json").write_text(text + "\n")
    figure, (cost, memory) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    sizes = [point["bytes"] / 1e6 for point in points]
    for stage in STAGES:
        label = f"{stage} (exponent {exponents[stage]:.2f})"
        cost.loglog(sizes, [point[stage]["cpu"] for point in points], marker="o", label=label)
        if stage != "scoring":
            memory.semilogx(sizes, [point[stage]["peak"] / 1e6 for point in points], marker="o", label=stage)
    cost.set(xlabel="MB of text", ylabel="CPU seconds", title="Cost against work")
    memory.set(xlabel="MB of text", ylabel="MB at the peak", title="Memory", ylim=(0, None))
    for axes in (cost, memory):
        axes.legend(frameon=False, fontsize="small")
        axes.grid(alpha=0.3)
    figure.savefig(folder / "scaling.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
