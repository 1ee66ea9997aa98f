"""How many processes there are, which of them this one is, and how many cores it may use.

Pretraining may be shared out over several (docs/distributed.md); everything else runs in one, since several would do
the same work and write over each other's files.
"""

import gc
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from maskzoo.errors import UserError

HELD = 200_000  # new objects after which cycles are looked for all the same
# what `accelerate launch`, `torchrun` and MPI tell each of the processes that they start
_COUNTS = ("WORLD_SIZE", "PMI_SIZE", "OMPI_COMM_WORLD_SIZE", "MV2_COMM_WORLD_SIZE")
_PLACE = ("RANK", "LOCAL_RANK", "LOCAL_WORLD_SIZE")


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


@dataclass(frozen=True)
class Launch:
    """Which process of how many this is, as `torchrun` and `accelerate launch` tell it.

    Attributes:
        rank, size: number of this process, from 0, and of all, on all nodes.
        local_rank, local_size: the same on this node.
    """

    rank: int = 0
    size: int = 1
    local_rank: int = 0
    local_size: int = 1

    @classmethod
    def of(cls, environment: Mapping[str, str] = os.environ) -> "Launch":
        """What the environment says; a process alone where it says nothing.

        Raises:
            UserError: it says half of it, nonsense, or that MPI started several.
        """
        if environment.get("WORLD_SIZE", "1").strip() == "1":
            refuse_several(environment)
            return cls()
        missing = [name for name in (*_PLACE, "MASTER_ADDR", "MASTER_PORT") if not environment.get(name, "").strip()]
        if missing:
            raise UserError(
                f"WORLD_SIZE is {environment['WORLD_SIZE']}, but {', '.join(missing)} is not set",
                where="environment",
                expected="all that torchrun sets for each process that it starts, or none of it",
                hint="start it with torchrun or with `maskzoo pretrain --processes N`, or unset WORLD_SIZE",
            )
        rank, size, local_rank, local_size = (_whole(environment, name) for name in ("RANK", "WORLD_SIZE", *_PLACE[1:]))
        if not (rank < size and local_rank < local_size <= size):
            raise UserError(
                f"RANK {rank} of WORLD_SIZE {size} and LOCAL_RANK {local_rank} of LOCAL_WORLD_SIZE {local_size}",
                where="environment",
                expected="ranks below their sizes, and no more processes on a node than in all",
            )
        return cls(rank, size, local_rank, local_size)


def _whole(environment: Mapping[str, str], name: str) -> int:
    value = environment[name].strip()
    if not value.isdigit():
        raise UserError(f"{name} is {value!r}", where="environment", expected="a whole number")
    return int(value)
