"""How far a long task is: a bar in a terminal; elsewhere, as in a Snakemake job's log, a line now and then."""

import sys
import time
from types import TracebackType

from tqdm import tqdm

EVERY = 15.0  # seconds between two lines


class Progress:
    """Open while the task goes on: `advance` counts what is done, `show` sets what is said beside it.

    Args:
        title: what is going on.
        unit: what is counted; `B` is shown in kB, MB, GB.
        total: how many there are, where that is known.
        done: how many were done before.
        shown: False says nothing at all.
    """

    def __init__(self, title: str, *, unit: str, total: int | None = None, done: int = 0, shown: bool = True) -> None:
        self._title, self._unit, self._total, self._done = title, unit, total, done
        self._before, self._began, self._values = done, time.monotonic(), ""
        self._next = self._began + EVERY
        self._plain = shown and not sys.stderr.isatty()
        self._bar = (
            tqdm(total=total, initial=done, unit=unit, unit_scale=unit == "B", desc=title, mininterval=1.0, leave=False)
            if shown and not self._plain
            else None
        )

    def __enter__(self) -> "Progress":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Remove the bar."""
        if self._bar is not None:
            self._bar.close()

    def expect(self, total: int) -> None:
        """There are so many in all, known only now."""
        self._total = total
        if self._bar is not None:
            self._bar.total = total

    def show(self, **values: str) -> None:
        """Say these beside the count from now on, like `loss="3.141"`."""
        self._values = ", ".join(f"{name} {value}" for name, value in values.items())
        if self._bar is not None:
            self._bar.set_postfix_str(self._values, refresh=False)

    def advance(self, count: int = 1) -> None:
        """So many more are done."""
        self._done += count
        if self._bar is not None:
            self._bar.update(count)
        elif self._plain and (now := time.monotonic()) >= self._next:
            self._next = now + EVERY
            print(self._line(now - self._began), file=sys.stderr, flush=True)

    def _line(self, spent: float) -> str:
        """Where it stands: `scratch seed0: 120 of 500 steps (24 %), loss 5.123, 2.50 steps/s, 02:32 left`."""
        speed = (self._done - self._before) / spent
        parts = [self._amount(), self._values, f"{self._number(speed)}{self._suffix()}/s"]
        if self._total is not None and speed > 0:
            left = (self._total - self._done) / speed
            parts.append(f"{tqdm.format_interval(left)} left")
        return f"{self._title}: " + ", ".join(part for part in parts if part)

    def _amount(self) -> str:
        done = f"{self._number(self._done)}{self._suffix()}"
        if self._total is None:
            return done
        share = f"{100 * self._done / max(1, self._total):.0f} %"
        return f"{self._number(self._done)} of {self._number(self._total)}{self._suffix()} ({share})"

    def _number(self, value: float) -> str:
        if self._unit == "B":
            return str(tqdm.format_sizeof(value, divisor=1000))
        return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.2f}"

    def _suffix(self) -> str:
        return "B" if self._unit == "B" else f" {self._unit}s"
