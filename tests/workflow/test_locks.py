"""A folder is unlocked where the last run is dead, and never under a live one."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from maskzoo.errors import UserError
from maskzoo.workflow import locks


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A working folder in which Snakemake left a lock and maskzoo the holder, on this machine."""
    monkeypatch.chdir(tmp_path)
    locks.LOCKS.mkdir(parents=True)
    (locks.LOCKS / "0.input.lock").write_text("a\n")
    locks.HOLDER.parent.mkdir(parents=True)
    locks.HOLDER.write_text(json.dumps({"host": socket.gethostname(), "process": 1}))
    before = list(locks._held)
    yield tmp_path
    for handle in locks._held[len(before) :]:
        os.close(handle)
    locks._held[:] = before


def locked() -> bool:
    return any(locks.LOCKS.glob("*.lock"))


def test_the_lock_of_a_dead_run_is_taken_away_and_the_holder_is_this_process(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    locks.hold()
    assert not locked()
    assert "the last run here was killed; unlocked" in capsys.readouterr().err
    assert json.loads(locks.HOLDER.read_text()) == {"host": socket.gethostname(), "process": os.getpid()}


@pytest.mark.parametrize("said", ['{"host": "another", "process": 1}', "", "[1]", "{"])
def test_a_lock_from_another_machine_or_of_unknown_origin_stays(folder: Path, said: str) -> None:
    locks.HOLDER.write_text(said)
    locks.hold()
    assert locked()
    assert json.loads(locks.HOLDER.read_text())["process"] == os.getpid()


def test_a_folder_without_a_lock_is_held_in_silence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (locks.LOCKS / "0.input.lock").unlink()
    locks.hold()
    assert capsys.readouterr() == ("", "")
    assert json.loads(locks.HOLDER.read_text())["process"] == os.getpid()


def test_while_another_run_holds_it_nothing_is_unlocked(folder: Path) -> None:
    program = (
        "import fcntl, sys\n"
        f"handle = open({str(locks.HOLDER)!r}, 'r+')\n"
        "fcntl.flock(handle, fcntl.LOCK_EX)\nprint('held', flush=True)\nsys.stdin.read()"
    )
    other = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        before = locks.HOLDER.read_text()
        locks.hold()
        assert locked()
        assert locks.HOLDER.read_text() == before
    finally:
        other.communicate()
    locks.hold()  # its lock died with it
    assert not locked()


@pytest.fixture
def job(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process in the folder that goes by the name of maskzoo, as a job that outlived its run."""
    name = folder / "maskzoo"
    name.write_text("import time\ntime.sleep(60)\n")
    process = subprocess.Popen([sys.executable, str(name), "pretrain"], cwd=folder)
    end = time.monotonic() + 10
    while not any(number == process.pid for number, _ in locks.living()) and time.monotonic() < end:
        time.sleep(0.01)
    yield process
    process.kill()
    process.wait()


def test_a_job_that_is_still_at_work_is_named_and_the_lock_stays(
    folder: Path, job: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UserError, match=f"process {job.pid} .*pretrain.*kill {job.pid}"):
        locks.hold()
    assert locked()
    (folder / "elsewhere").mkdir()
    monkeypatch.chdir(folder / "elsewhere")
    assert locks.living() == []
