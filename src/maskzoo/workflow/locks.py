"""Snakemake's lock on a working folder, taken from a run that is dead: the documented command goes on by itself.

Snakemake's own lock does not say who holds it, so after a kill it stays. Beside it every run holds a lock of the
operating system, which dies with its process. A folder is unlocked only where that lock is free, the last holder was on
this machine, and no Snakemake and no job of one is alive in the folder.
"""

import fcntl
import json
import os
import socket
import sys
from pathlib import Path

from maskzoo.errors import UserError

LOCKS = Path(".snakemake/locks")
HOLDER = Path(".snakemake/maskzoo/holder.json")
_held: list[int] = []  # kept open as long as this process lives


def hold() -> None:
    """Become the one that runs in this folder, and unlock it where the last one died.

    Raises:
        UserError: a job of a run that was killed is still at work.
    """
    stale = LOCKS.is_dir() and any(LOCKS.glob("*.lock"))
    try:
        HOLDER.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(HOLDER, os.O_RDWR | os.O_CREAT, 0o644)
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # another run holds it, or the file system knows no such locks: as Snakemake says
        return
    _held.append(handle)
    last = _read(handle)
    if stale and last.get("host") == socket.gethostname():
        alive = living()
        jobs = [(number, command) for number, command in alive if "snakemake" not in command]
        if not alive:
            for lock in LOCKS.glob("*.lock"):
                lock.unlink(missing_ok=True)
            print("maskzoo: the last run here was killed; unlocked, and going on after it", file=sys.stderr)
        elif len(jobs) == len(alive):
            raise UserError(
                f"a job of a run that was killed is still at work: process {jobs[0][0]} ({jobs[0][1]})",
                where=str(Path.cwd()),
                hint=f"wait until it has ended, or end it: kill {jobs[0][0]}",
            )
    os.ftruncate(handle, 0)
    os.pwrite(handle, json.dumps({"host": socket.gethostname(), "process": os.getpid()}).encode(), 0)


def living() -> list[tuple[int, str]]:
    """(number, command) of Snakemakes and their jobs in this folder, but for this process and those it comes from."""
    import psutil

    own = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    here, found = Path.cwd(), []
    for process in psutil.process_iter(["pid", "cmdline"]):
        words = process.info["cmdline"] or []
        names = {Path(word).name for word in words[:4]}
        if process.info["pid"] in own or not names & {"snakemake", "maskzoo"}:
            continue
        try:
            if Path(process.cwd()) != here:
                continue
        except psutil.NoSuchProcess:
            continue
        except psutil.AccessDenied:
            pass  # somebody else's: it may be here
        found.append((process.info["pid"], " ".join(words[1:])))
    return found


def _read(handle: int) -> dict[str, object]:
    try:
        found = json.loads(os.pread(handle, 10_000, 0))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
