"""How many processes there are, and how many cores they may use.

Training runs in one process: several would do the same work and write over each other's files.
"""

import os
from collections.abc import Mapping

from maskzoo.errors import UserError

# what `accelerate launch`, `torchrun` and MPI tell each of the processes that they start
_COUNTS = ("WORLD_SIZE", "PMI_SIZE", "OMPI_COMM_WORLD_SIZE", "MV2_COMM_WORLD_SIZE")


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


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
