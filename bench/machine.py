"""What every benchmark prints first, how it prints its figures, and where it leaves those that have a goal.

Run the files beside this one; `summary.py` makes one table of what they leave.
"""

import json
import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from maskzoo.processes import cores

PEERS = Path(__file__).parents[1] / ".peers"  # made by `make peers`


def described(*packages: str) -> str:
    """One line: processor, cores that may be used, versions of Python and the packages that are measured."""
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    return f"{_processor()}, {cores()} cores; Python {platform.python_version()}, {versions}"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.is_file() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()


def cpu() -> float:
    """CPU seconds of this process and its finished children, finer than the ticks that `os.times` counts."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def ratios(slow: Sequence[float], fast: Sequence[float]) -> list[float]:
    """How many times as fast one side was, for every pair of measurements made in turns."""
    return [one / other for one, other in zip(slow, fast, strict=True)]


def spread(slow: Sequence[float], fast: Sequence[float]) -> str:
    """`4.21 (4.02 to 4.40)`: median and range of the ratios (quartiles where many)."""
    return "{:.2f} ({:.2f} to {:.2f})".format(*middle(ratios(slow, fast)))


def middle(values: Sequence[float]) -> tuple[float, float, float]:
    """Median, and range or, of eight and more, quartiles."""
    low, high = (min(values), max(values)) if len(values) < 8 else statistics.quantiles(values, n=4)[::2]
    return statistics.median(values), low, high


def leave(what: str, peer: str, values: Sequence[float], goal: float, *, at_most: bool = False) -> None:
    """Append a figure that has a goal to the file of rows that MASKZOO_BENCH_ROWS names, if it names one.

    Args:
        values: of every round; the row gets their median and spread.
        at_most: the goal is not to be exceeded.
    """
    file = os.environ.get("MASKZOO_BENCH_ROWS")
    if not file:
        return
    row = {
        "what": what, "peer": peer, "middle": middle(values), "goal": goal, "at_most": at_most,
        "machine": described("torch"), "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "command": " ".join(["python", *sys.argv]),
    }  # fmt: skip
    with open(file, "a", encoding="utf-8") as rows:
        rows.write(json.dumps(row) + "\n")


def table(rows: Sequence[Sequence[str]]) -> str:
    """Lines with the first column to the left and the others to the right; the first row is the heading."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]

    def line(row: Sequence[str]) -> str:
        others = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
        return "  ".join([row[0].ljust(widths[0]), *others])

    return "\n".join([line(rows[0]), "  ".join("-" * width for width in widths), *map(line, rows[1:])])


if __name__ == "__main__":
    print(described("maskzoo"))
