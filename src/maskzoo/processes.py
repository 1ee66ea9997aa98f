"""How many processes there are, and how many cores they may use.

Training runs in one process: several would do the same work and write over each other's files.
"""

import gc
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from maskzoo.errors import UserError

HELD = 200_000  # new objects after which cycles are looked for all the same
# what `accelerate launch`, `torchrun` and MPI tell each of the processes that they start
_COUNTS = ("WORLD_SIZE", "PMI_SIZE", "OMPI_COMM_WORLD_SIZE", "MV2_COMM_WORLD_SIZE")


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def few_collections() -> Iterator[None]:
    """While thousands of objects without cycles are held: looking for cycles among them is a third of the work."""
    before = gc.get_threshold()
    gc.set_threshold(HELD, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def refuse_several(environment: Mapping[str, str] = os.environ) -> None:
    """Stop where this process is one of several.

    Raises:
        UserError: says which variable tells so.
    """
    for name in _COUNTS:
        count = environment.get(name, "1")
        if count.strip().isdigit() and int(count) > 1:
            raise UserError(
                f"this is one of {count} processes",
                where=f"environment variable {name}",
                expected="one process; it uses one GPU, or all cores",
                hint="run seeds or variants side by side instead: snakemake --cores N",
            )
