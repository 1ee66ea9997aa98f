"""Peak memory of `maskzoo corpus` on a small and a ten times larger input: `python bench/corpus_memory.py`.

Writes JSONL of invented text with planted exact and near duplicates, personal data and boilerplate, runs the command in
a process of its own, and samples the resident memory of that process and its workers every 50 ms. The sum counts pages
that processes share once for each of them. Prints MB/s, both peaks and their ratio (wanted: at most 1.2).
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil
from machine import described, leave

GOAL = 1.2

RECIPE = """
title: Bench
summary: Invented text.
languages: [en]
corpus:
  sources:
    invented:
      glob: input.jsonl
      licence: CC0-1.0
      language: en
      read: {format: jsonl, text: [text]}
tokenizers: {own: {design: wordpiece}}
bases: {fresh: {architecture: bert}}
variants: {scratch: {base: fresh, tokenizer: own}}
release: {name: bench, variants: [scratch]}
scales: {demo: {}}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=50, help="MB of text (default: 50)")
    parser.add_argument("--large", type=int, default=500, help="MB of text (default: 500)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--quick", action="store_true", help="1 and 2 MB: that it runs, in seconds")
    options = parser.parse_args()
    if options.quick:
        options.small, options.large = 1, 2
    print(described("maskzoo", "pyarrow"))
    peaks = []
    with tempfile.TemporaryDirectory() as folder:
        for megabytes in (options.small, options.large):
            peak, seconds, size, said = measured(Path(folder) / str(megabytes), megabytes, options.threads)
            peaks.append(peak)
            print(
                f"{size / 1e6:6.0f} MB: peak {peak / 1e6:6.1f} MB, {seconds:6.1f} s, {size / 1e6 / seconds:5.1f} MB/s",
                flush=True,
            )
            print(f"        {said}")
    if not options.quick:
        leave("peak memory of curation, ten times the text", "itself", [peaks[1] / peaks[0]], GOAL, at_most=True)
    print(f"ratio of the peaks: {peaks[1] / peaks[0]:.2f}")


def measured(folder: Path, megabytes: int, threads: int) -> tuple[int, float, int, str]:
    """Peak bytes over all processes, seconds, bytes of input, and the command's last line."""
    domain = folder / "domains" / "bench"
    domain.mkdir(parents=True)
    (folder / "tokenizers").mkdir()
    (folder / "tokenizers" / "wordpiece.yaml").touch()
    (domain / "domain.yaml").write_text(RECIPE)
    size = write_input(domain / "input.jsonl", megabytes * 1_000_000)
    command = [sys.executable, "-m", "maskzoo", "corpus", str(domain), "--threads", str(threads)]
    start = time.monotonic()
    process = psutil.Popen([*command, "--results", str(folder / "results")], stdout=subprocess.PIPE, text=True)
    peak = 0
    while process.poll() is None:
        peak = max(peak, resident(process))
        time.sleep(0.05)
    seconds = time.monotonic() - start
    if process.returncode:
        sys.exit(process.returncode)
    return peak, seconds, size, process.stdout.read().strip().splitlines()[-1].rsplit(": ", 1)[-1]


def resident(process: psutil.Process) -> int:
    """Resident bytes of a process and all its children at this moment."""
    total = 0
    try:
        for one in [process, *process.children(recursive=True)]:
            total += one.memory_info().rss
    except psutil.Error:
        pass
    return total


def write_input(path: Path, size: int) -> int:
    """JSONL with about `size` bytes of text, one document in ten a duplicate of an earlier one; returns the bytes."""
    draw = random.Random(0)
    vocabulary = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randint(2, 10))) for _ in range(50_000)]
    generator = np.random.default_rng(0)
    chances = 1 / np.arange(1, len(vocabulary) + 1)
    chances /= chances.sum()
    written, number = 0, 0
    recent: list[list[str]] = []
    with path.open("w", encoding="utf-8") as file:
        while written < size:
            drawn = generator.choice(len(vocabulary), size=100_000, p=chances)
            start = 0
            while start < len(drawn) and written < size:
                length = draw.randint(40, 400)
                words = [vocabulary[word] for word in drawn[start : start + length]]
                start += length
                if recent and draw.random() < 0.1:
                    words = list(draw.choice(recent))
                    if draw.random() < 0.7:
                        words[draw.randrange(len(words))] = "edited"
                elif draw.random() < 0.02:
                    recent = [*recent[-200:], words]
                text = "Invented reports, page header\n" + " ".join(words)
                if number % 10 == 0:
                    text += f"\nWrite to person{number}@example.org or call +1 202 555 0143."
                file.write(json.dumps({"text": text}) + "\n")
                written += len(text)
                number += 1
    return written


if __name__ == "__main__":
    main()
