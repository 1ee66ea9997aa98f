"""A run that is killed or interrupted: the same command goes on by itself, and says no more than it must."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

TARGET = "results/demo/general/corpus/funnel.json"
# stands for the command: at work until it is killed
AT_WORK = "#!/bin/sh\ntouch at_work\nsleep 60\n"


@pytest.fixture
def at_work(checkout):
    """A Snakemake whose first job is at work, as a process group of its own."""
    stand_in = checkout.folder / "bin" / "maskzoo"
    stand_in.parent.mkdir()
    stand_in.write_text(AT_WORK)
    stand_in.chmod(0o755)
    path = f"{stand_in.parent}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    process = subprocess.Popen(
        ["snakemake", "--cores", "1", TARGET],
        cwd=checkout.folder,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    for _ in range(300):
        if (checkout.folder / "at_work").exists():
            break
        time.sleep(0.1)
    yield process
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()


def test_after_a_kill_the_same_command_goes_on_with_one_sentence(checkout, at_work):
    os.killpg(at_work.pid, signal.SIGKILL)
    at_work.communicate()
    assert list((checkout.folder / ".snakemake/locks").glob("*.lock"))
    answer = checkout.snakemake("--cores", "1", "results/demo/general/simulated")
    said = answer.stdout + answer.stderr
    assert said.count("maskzoo: the last run here was killed; unlocked, and going on after it") == 1
    assert (checkout.folder / "results/demo/general/simulated/documents.jsonl").is_file()
    again = checkout.snakemake("--cores", "1", "results/demo/general/simulated")
    assert "was killed" not in again.stdout + again.stderr


def test_a_run_that_lives_is_not_unlocked(checkout, at_work):
    answer = checkout.snakemake("--cores", "1", TARGET, check=False)
    assert answer.returncode != 0
    assert "cannot be locked" in answer.stdout + answer.stderr
    assert at_work.poll() is None


def test_a_job_that_outlived_its_run_is_waited_for(checkout, at_work):
    os.kill(at_work.pid, signal.SIGKILL)  # Snakemake alone
    at_work.wait()
    answer = checkout.snakemake("--cores", "1", TARGET, check=False)
    assert answer.returncode == 2
    assert "a job of a run that was killed is still at work: process" in answer.stderr
    assert len(answer.stderr.strip().splitlines()) <= 3


def test_a_run_on_another_machine_is_not_unlocked(checkout, at_work):
    os.killpg(at_work.pid, signal.SIGKILL)
    at_work.communicate()
    holder = checkout.folder / ".snakemake/maskzoo/holder.json"
    assert json.loads(holder.read_text())["host"] == socket.gethostname()
    holder.write_text(json.dumps({"host": "another", "process": 1}))
    answer = checkout.snakemake("--cores", "1", TARGET, check=False)
    assert "cannot be locked" in answer.stdout + answer.stderr


def test_an_interrupt_is_one_sentence_without_exceptions(at_work):
    os.killpg(at_work.pid, signal.SIGINT)
    said, _ = at_work.communicate(timeout=60)
    assert at_work.returncode != 0
    assert said.count("maskzoo: interrupted; the same command goes on from here") == 1
    for word in ("RuleException", "CalledProcessError", "Traceback", "Error in rule"):
        assert word not in said
