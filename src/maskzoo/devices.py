"""How fast a device trains: devices.yaml, and what only this machine knows."""

import os
import time
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from maskzoo.errors import unknown_name
from maskzoo.processes import cores

SIDE, PRODUCTS = 1024, 8  # the matrix products that a CPU's peak is measured by: some 20 GFLOP


@dataclass(frozen=True)
class Device:
    """One row of the table.

    Attributes:
        peak: matrix operations a second of the whole device.
        shares: (hidden size, share of the peak that a training step of such a model reaches), ascending.
        memory: bytes.
        provenance: where the figures come from, one sentence each.
    """

    name: str
    title: str
    precision: str
    peak: float
    shares: tuple[tuple[int, float], ...]
    memory: float
    provenance: tuple[str, ...]

    def rate(self, hidden: int) -> float:
        """Operations a second of training steps of a model so wide."""
        import numpy as np

        widths, shares = zip(*self.shares, strict=True)
        return float(self.peak * np.interp(hidden, widths, shares))


def device(name: str) -> Device:
    """A device by its name in the table; the CPU's peak is measured now, in a second.

    Raises:
        UserError: no such device; names those that there are.
    """
    rows = table()
    if name not in rows:
        raise unknown_name("device", name, rows, where="--gpu")
    row = rows[name]
    peak, memory = row["peak"], row["memory"]
    said = [f"share of the peak: {' '.join(row['share_from'].split())}"]
    if peak == "measured":
        peak = matmul_peak() * cores()
        said.insert(0, f"peak: {peak / 1e9:.0f} GFLOP/s, {cores()} core(s), a matrix product measured just now")
        memory = float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    else:
        said.insert(0, f"peak: {peak / 1e12:.0f} TFLOP/s, {row['peak_from']}")
    shares = tuple(sorted((int(width), float(share)) for width, share in row["share"].items()))
    return Device(name, row["title"], row["precision"], float(peak), shares, float(memory), tuple(said))


def matmul_peak() -> float:
    """Operations per CPU second of one thread in a float32 matrix product: what other programs do matters little."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        one, other = torch.rand(SIDE, SIDE), torch.rand(SIDE, SIDE)
        best = float("inf")
        for _ in range(PRODUCTS):
            began = time.thread_time()
            torch.mm(one, other)
            best = min(best, time.thread_time() - began)
    finally:
        torch.set_num_threads(threads)
    return 2 * SIDE**3 / best


@cache
def table() -> dict[str, Any]:
    """The rows of devices.yaml by the names of the devices."""
    import yaml

    found: dict[str, Any] = yaml.safe_load(files(__package__).joinpath("devices.yaml").read_text(encoding="utf-8"))
    return found
