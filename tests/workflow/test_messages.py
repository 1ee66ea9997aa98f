"""After Ctrl-C the user reads that the run stops, and no errors that are only that."""

import logging

import pytest

from maskzoo.workflow.messages import Interrupted


def said(text: str, level: int = logging.INFO, event: str = "") -> logging.LogRecord:
    record = logging.LogRecord("snakemake", level, __file__, 1, text, None, None)
    record.event = event
    return record


def test_a_run_that_nobody_interrupts_says_everything(capsys: pytest.CaptureFixture[str]) -> None:
    one = Interrupted()
    assert all(
        one.filter(record)
        for record in (said("rule a"), said("Error in rule a", logging.ERROR), said("x", event="JOB_ERROR"))
    )
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "text",
    [
        "Terminating processes on user request, this might take some time.",
        "Command 'x' returned non-zero exit status 130.",
        "Command 'x' died with <Signals.SIGINT: 2>.",
    ],
)
def test_errors_behind_an_interruption_are_swallowed_and_it_is_said_once(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    one = Interrupted()
    assert one.filter(said("rule a"))
    one.filter(said(text, logging.ERROR))
    assert not one.filter(said("Error in rule b", logging.ERROR))
    assert not one.filter(said("b", event="Event.JOB_ERROR"))
    assert one.filter(said("Complete log"))
    one.filter(said(text, logging.ERROR))
    assert capsys.readouterr().err == "maskzoo: interrupted; the same command goes on from here\n"


def test_an_exit_status_that_only_begins_alike_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    one = Interrupted()
    one.filter(said("Command 'x' returned non-zero exit status 1.", logging.ERROR))
    assert one.filter(said("Error in rule b", logging.ERROR))
    assert capsys.readouterr().err == ""
