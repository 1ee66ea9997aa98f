"""The commands tasks, finetune and baseline: mistakes become one sentence, and asking for help stays fast."""

import subprocess
import sys
from pathlib import Path

import pytest

from maskzoo.cli import main

LEGAL = str(Path(__file__).parents[2] / "domains" / "legal")


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (["tasks", LEGAL, "--task", "clause_typ"], "unknown task 'clause_typ'"),
        (["baseline", LEGAL, "--task", "clause_typ"], "did you mean 'clause_type'?"),
        (["baseline", LEGAL, "--task", "clause_type", "--model", "window_linear"], "unknown baseline 'window_linear'"),
        (["finetune", LEGAL, "--task", "clause_typ", "--model", "adapted"], "did you mean 'clause_type'?"),
        (["finetune", LEGAL, "--task", "clause_type", "--model", "adaptd"], "did you mean 'adapted'?"),
        (["finetune", LEGAL, "--task", "clause_type", "--model", "adapted", "--threads", "0"], "expected at least 1"),
        (["baseline", LEGAL, "--task", "clause_type"], "prepared by `maskzoo tasks`"),
    ],
)
def test_a_mistake_is_told_in_one_sentence(command, message, capsys, tmp_path):
    assert main([*command, "--results", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", ["tasks", "finetune", "baseline"])
def test_help_imports_nothing_heavy(command):
    code = (
        "import sys\n"
        "from maskzoo.cli import main\n"
        "try: main([sys.argv[1], '--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted(set(sys.modules) & {'torch', 'transformers', 'sklearn', 'pyarrow', 'numpy'}))\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code, command], capture_output=True, text=True, timeout=60, check=False
    )
    assert answer.stdout.splitlines()[-1] == "[]", answer.stderr
