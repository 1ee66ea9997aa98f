"""What every benchmark prints first and how it prints its figures; run the files beside this one."""

import platform
import resource
import statistics
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from maskzoo.processes import cores


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


def spread(slow: Sequence[float], fast: Sequence[float]) -> str:
    """`4.21 (4.02 to 4.40)`: median and range of the ratios of measurements made in turns (quartiles where many)."""
    ratios = sorted(one / other for one, other in zip(slow, fast, strict=True))
    low, high = (ratios[0], ratios[-1]) if len(ratios) < 8 else statistics.quantiles(ratios, n=4)[::2]
    return f"{statistics.median(ratios):.2f} ({low:.2f} to {high:.2f})"


def table(rows: Sequence[Sequence[str]]) -> str:
    """Lines with the first column to the left and the others to the right; the first row is the heading."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]

    def line(row: Sequence[str]) -> str:
        others = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
        return "  ".join([row[0].ljust(widths[0]), *others])

    return "\n".join([line(rows[0]), "  ".join("-" * width for width in widths), *map(line, rows[1:])])


if __name__ == "__main__":
    print(described("maskzoo"))
