"""A long task can be followed in a log as well as in a terminal."""

import io
import sys

import pytest

from maskzoo import progress
from maskzoo.progress import Progress


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that the test sets; its only element is the time."""
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_in_a_log_a_plain_line_is_written_every_quarter_of_a_minute(
    clock: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    with Progress("legal", unit="step", total=500, done=100) as bar:
        for step in range(40):
            clock[0] += 1
            if step == 9:
                bar.show(loss="5.123", speed="4,310 tokens/s")
            bar.advance()
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        "legal: 115 of 500 steps (23 %), loss 5.123, speed 4,310 tokens/s, 1 steps/s, 06:25 left",
        "legal: 130 of 500 steps (26 %), loss 5.123, speed 4,310 tokens/s, 1 steps/s, 06:10 left",
    ]


def test_bytes_without_a_known_end(clock: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    with Progress("curating", unit="B") as bar:
        clock[0] += 20
        bar.advance(30_000_000)
    assert capsys.readouterr().err == "curating: 30.0MB, 1.50MB/s\n"


def test_a_total_can_become_known_on_the_way(clock: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    with Progress("cloze", unit="step") as bar:
        bar.expect(40)
        clock[0] += 20
        bar.advance(10)
    assert capsys.readouterr().err == "cloze: 10 of 40 steps (25 %), 0.50 steps/s, 01:00 left\n"


def test_what_is_quick_or_not_to_be_shown_says_nothing(clock: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    with Progress("quick", unit="step", total=2) as bar:
        bar.advance()
    with Progress("hidden", unit="step", shown=False) as bar:
        clock[0] += 60
        bar.advance()
    assert capsys.readouterr().err == ""


def test_in_a_terminal_there_is_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stderr", Terminal())
    with Progress("legal", unit="step", total=4) as bar:
        bar.show(loss="5.123")
        bar.advance(2)
    assert "legal:" in sys.stderr.getvalue()
    assert "\r" in sys.stderr.getvalue()
