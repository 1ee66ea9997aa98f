"""What Snakemake says when one presses Ctrl-C: that it stops, and no exceptions of rules and processes."""

import logging
import re
import sys

STOPS = re.compile(r"Terminating processes on user request|Cancelling snakemake|Will exit after finishing")
KILLED = re.compile(r"returned non-zero exit status 130|died with <Signals\.SIGINT")


class Interrupted(logging.Filter):
    """Passes everything on until the user interrupts the run, and then no errors, which are only that."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = False

    def filter(self, record: logging.LogRecord) -> bool:
        text = str(record.msg)
        if not self.seen and (STOPS.search(text) or KILLED.search(text)):
            self.seen = True
            print("maskzoo: interrupted; the same command goes on from here", file=sys.stderr)
        event = str(getattr(record, "event", ""))
        return not (self.seen and (record.levelno >= logging.ERROR or "error" in event.lower()))


def listen() -> None:
    """Have Snakemake's logger pass through one such filter."""
    from snakemake.logging import logger

    logger.addFilter(Interrupted())
