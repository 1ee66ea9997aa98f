"""Figures that benchmarks leave become one table; the last measurement counts, and a miss says so."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def row(what: str, values: list[float], goal: float, *, at_most: bool = False, peer: str = "peer") -> str:
    figures = {"what": what, "peer": peer, "middle": values, "goal": goal, "at_most": at_most}
    return json.dumps({**figures, "machine": "a machine, 2 cores", "date": "2026-01-01", "command": "python x"})


def test_the_table_has_the_last_figure_of_each_row_and_a_verdict(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    written = [
        row("speed", [1.0, 0.9, 1.1], 2),
        row("speed", [2.5, 2.4, 2.6], 2),
        row("speed", [2.5, 2.4, 2.6], 3, peer="another"),
        row("share", [0.2, 0.2, 0.2], 0.15, at_most=True),
        row("pseudo-log-likelihood, 6 x 384 / 8k", [2.1, 2.0, 2.2], 2.5),
        row("pseudo-log-likelihood, 6 x 384 / 9k", [1.2, 1.2, 1.2], 2.5),
    ]
    rows.write_text("\n".join(written) + "\n")
    command = [sys.executable, str(ROOT / "bench" / "summary.py"), str(rows)]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert lines[0] == "a machine, 2 cores"
    assert "| speed | peer | 2.50 (2.40 to 2.60) | 2 | met |" in lines
    assert "| speed | another | 2.50 (2.40 to 2.60) | 3 | missed |" in lines
    assert "| share | peer | 0.200 | at most 0.15 | missed |" in lines
    said = (
        "| pseudo-log-likelihood, 6 x 384 / 8k | peer | 2.10 (2.00 to 2.20) | 2.5 | missed: by count of operations 2.1"
    )
    assert any(line.startswith(said) for line in lines)
    assert "| pseudo-log-likelihood, 6 x 384 / 9k | peer | 1.20 | 2.5 | missed |" in lines  # worse than explained
    assert lines[-1] == "1 of 5 goals are met"
