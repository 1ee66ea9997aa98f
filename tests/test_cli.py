"""The command answers at once, imports nothing heavy, and turns mistakes into one line."""

import errno
import os
import signal
import subprocess
import sys

import pytest

from maskzoo.cli import COMMANDS, main

HEAVY = {"numba", "torch", "transformers", "datasets", "pyarrow", "matplotlib", "sklearn"}


@pytest.mark.parametrize("arguments", [["--help"], ["corpus", "--help"], ["pretrain", "--help"]])
def test_help_imports_nothing_heavy_and_is_quick(arguments):
    code = (
        "import sys; from maskzoo.cli import main\n"
        f"try: main({arguments!r})\n"
        "except SystemExit: pass\n"
        f"print(sorted({HEAVY!r} & set(sys.modules)))"
    )
    before = os.times()
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.splitlines()[-1] == "[]"
    after = os.times()
    spent = sum(after[2:4]) - sum(before[2:4])  # processor time of the child, whatever else the machine does
    assert spent < (0.5 if arguments == ["--help"] else 2), "the promise is for the first help; a guard for the others"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command, capsys):
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    assert caught.value.code == 0
    assert "usage: maskzoo" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.ENOSPC, "disk full while writing metrics.jsonl"), (errno.EACCES, "metrics.jsonl: permission denied")],
)
def test_a_full_disk_and_a_locked_file_are_one_line_wherever_they_are_met(monkeypatch, capsys, number, said):
    def run(options):
        raise OSError(number, os.strerror(number), "metrics.jsonl")

    monkeypatch.setattr("maskzoo.results.list_command.run", run)
    assert main(["list"]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"maskzoo: error: {said}")
    assert error.count("\n") == 1


def test_an_unknown_command_is_answered_with_the_nearest(capsys):
    assert main(["pretrian"]) == 2
    assert "did you mean 'pretrain'?" in capsys.readouterr().err


def test_an_unknown_domain_is_one_line_and_exit_code_2(zoo, capsys):
    assert main(["corpus", "domains/leagl"]) == 2
    error = capsys.readouterr().err
    assert "did you mean 'legal'?" in error
    assert "Traceback" not in error


def test_sigterm_ends_a_command_though_the_shell_of_its_rule_ignores_it():
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        assert main([]) == 0
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    finally:
        signal.signal(signal.SIGTERM, before)
