"""One table of the figures that the benchmarks left, and whether each meets its goal: `python bench/summary.py ROWS`.

ROWS is the file that MASKZOO_BENCH_ROWS named while they ran (`make bench` does both). Of a figure that was measured
several times the last one counts. A figure that misses its goal says why, where that is known.
"""

import argparse
import json
from pathlib import Path
from typing import Any

# beginning of a row's name -> from which figure on its miss is explained, and how
REASONS = {
    "pretraining step, 4 x 256 / 30k, same": (3.0, "dropout takes a tenth of the step, its attention no fused kernel"),
    "pretraining step, 4 x 256 / 30k, dropout 0": (3.3, "runs near the peak of products; so does the Trainer here"),
    "pretraining step, 2 x 128 / 30k": (6.5, "the products with the vocabulary, half of the step, run at the peak"),
    "pretraining step, 6 x 384 / 8k, same": (1.3, "the Trainer runs near the peak; nothing is left but operations"),
    "tokenise and pack, 2": (3.5, "50 MB are few for two processes: each starts anew and learns the words for itself"),
    "not work in": (0.19, "importing transformers' models is 4.6 s of CPU time in each of 12 jobs of so short a run"),
    "pseudo-log-likelihood, 6 x 384": (1.9, "by count of operations 2.1; every product runs at the peak"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path)
    options = parser.parse_args()
    found = [json.loads(line) for line in options.rows.read_text(encoding="utf-8").splitlines()]
    last = {row["what"] + row["peer"]: row for row in found}
    for machine in dict.fromkeys(row["machine"] for row in last.values()):
        print(machine)
    print()
    print("| what | beside | figure (spread) | goal | |")
    print("| --- | --- | --- | --- | --- |")
    for row in last.values():
        middle, low, high = row["middle"]
        digits = 3 if row["goal"] < 1 else 2
        figure = f"{middle:.{digits}f}" + (f" ({low:.{digits}f} to {high:.{digits}f})" if low != high else "")
        bound = "at most " if row["at_most"] else ""
        print(f"| {row['what']} | {row['peer']} | {figure} | {bound}{row['goal']:g} | {verdict(row)} |")
    met = sum(meets(row) for row in last.values())
    print(f"\n{met} of {len(last)} goals are met")


def meets(row: dict[str, Any]) -> bool:
    """Whether the median meets the goal."""
    middle, goal = row["middle"][0], row["goal"]
    return bool(middle <= goal if row["at_most"] else middle >= goal)


def verdict(row: dict[str, Any]) -> str:
    """`met`, or `missed` and why."""
    if meets(row):
        return "met"
    middle = row["middle"][0]
    for name, (figure, why) in REASONS.items():
        if row["what"].startswith(name) and (middle <= figure if row["at_most"] else middle >= figure):
            return f"missed: {why}"
    return "missed"


if __name__ == "__main__":
    main()
