"""Asked to stop: a run ends after the step in progress, with a checkpoint, where it would have died with its work.

`scancel`, a time limit and preemption send SIGTERM and give a job Slurm's KillWait, 30 seconds unless the cluster says
otherwise, before they kill it; `--signal` of sbatch sends any signal any time ahead.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SIGNALS = (signal.SIGTERM, signal.SIGUSR1)


@dataclass
class StopSignal:
    """The number of the signal that asked this process to stop; 0 as long as none did."""

    signal: int = 0


class Stopped(Exception):  # noqa: N818 - no error
    """A run ended early because it was asked to, and can be gone on with.

    Attributes:
        code: what the process exits with: 128 + the number of the signal, as of one that died of it.
    """

    def __init__(self, number: int, *, step: int, folder: Path) -> None:
        super().__init__(
            f"{folder}: stopped by {signal.Signals(number).name} after step {step}, with a checkpoint;"
            " the same command goes on from there"
        )
        self.code = 128 + number


@contextmanager
def listening() -> Iterator[StopSignal]:
    """Within it `SIGNALS` are only remembered, however often they come; whoever asks acts on them.

    Only in the main thread of a process.
    """
    stop = StopSignal()

    def remember(number: int, frame: object) -> None:
        stop.signal = stop.signal or number

    before = {one: signal.signal(one, remember) for one in SIGNALS}
    try:
        yield stop
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
