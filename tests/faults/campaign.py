"""Kills at random moments of a small domain's whole DAG: `make faults`.

A run without a kill says which bytes there are to be. Then runs are killed with everything that they started, at a
random moment (Snakemake's start-up among them), and the same command is given again, without any other, until it ends.
Weights, predictions and corpus must be the same bytes.
"""

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("Snakefile", "workflows", "profiles", "domains", "papers", "probes", "tokenizers", "environment.yml")
TARGET = "domains/general"
KEPT = ("*.safetensors", "*.parquet", "*.bin", "tokenizer.json")  # files whose bytes follow from the recipe alone


def checkout(folder: Path) -> Path:
    """A small zoo: the general domain with few documents and steps."""
    folder.mkdir(parents=True)
    for part in PARTS:
        source = ROOT / part
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / part)
    recipe = folder / "domains/general/domain.yaml"
    text = recipe.read_text()
    for old, new in (
        ("steps: 200, sequence_length: 128, batch_size: 32", "steps: 40, sequence_length: 32, batch_size: 4"),
        ("documents: 1500, seed", "documents: 200, seed"),
        ("checkpoint_every: 100", "checkpoint_every: 7"),
        ("perplexity_documents: 20, perplexity_words: 60", "perplexity_documents: 2, perplexity_words: 8"),
    ):
        assert old in text, old
        text = text.replace(old, new)
    recipe.write_text(text)
    return folder


def start(folder: Path, target: str = TARGET) -> "subprocess.Popen[str]":
    """The documented command, with all that it starts in one group."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    with (folder / "said.txt").open("a") as said:
        return subprocess.Popen(
            ["snakemake", "--cores", "2", target],
            cwd=folder,
            env=environment,
            stdout=said,
            stderr=said,
            text=True,
            start_new_session=True,
        )


def checksums(folder: Path) -> dict[str, str]:
    """File -> SHA-256 of what must be the same bytes; checkpoints of a run that was stopped may be others."""
    found = {}
    for pattern in KEPT:
        for path in sorted((folder / "results").rglob(pattern)):
            if "checkpoints" not in path.parts:
                found[str(path.relative_to(folder))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def kill(process: "subprocess.Popen[str]") -> None:
    """As a power loss ends it: all at once."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


def killed(folder: Path, *, kills: int, longest: float, rng: random.Random, target: str = TARGET) -> int:
    """Start the command until it ends, killing it at so many random moments; the number of kills that met a live one.

    Raises:
        RuntimeError: it does not go on by itself.
    """
    met = 0
    for _ in range(kills):
        process = start(folder, target)
        try:
            process.wait(timeout=rng.uniform(0.2, longest))
            break
        except subprocess.TimeoutExpired:
            kill(process)
            met += 1
    process = start(folder, target)
    if process.wait(timeout=1800):
        raise RuntimeError((folder / "said.txt").read_text()[-3000:])
    said = (folder / "said.txt").read_text()
    if "Traceback" in said or "cannot be locked" in said:
        raise RuntimeError(said[-3000:])
    return met


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--kills", type=int, default=50, help="in all (default: 50)")
    parser.add_argument("--each", type=int, default=5, help="of one run (default: 5)")
    parser.add_argument("--minutes", type=float, default=30, help="no new run after so many (default: 30)")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng, began, met, runs, wrong = random.Random(options.seed), time.monotonic(), 0, 0, 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = checkout(Path(scratch) / "whole")
        since = time.monotonic()
        assert start(folder).wait() == 0, (folder / "said.txt").read_text()[-3000:]
        took, expected = time.monotonic() - since, checksums(folder)
        print(f"without a kill: {took:.0f} s, {len(expected)} files", flush=True)
        while met < options.kills and time.monotonic() - began < 60 * options.minutes:
            folder = checkout(Path(scratch) / f"run{runs}")
            met += killed(folder, kills=min(options.each, options.kills - met), longest=0.6 * took, rng=rng)
            found = checksums(folder)
            differ = sorted(name for name in {*expected, *found} if expected.get(name) != found.get(name))
            runs, wrong = runs + 1, wrong + bool(differ)
            print(f"run {runs}: {met} kills, {', '.join(differ) or 'the same bytes'}", flush=True)
            shutil.rmtree(folder)
    print(f"{met} kills of {runs} runs: {runs - wrong} ended with the same bytes, {wrong} did not")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
