"""A stamp says what a result was made from, and nothing of the result before it."""

import contextvars
import subprocess
from pathlib import Path

import pytest

from maskzoo import provenance


def fresh(*declared: object) -> dict[str, object]:
    """A stamp in a context of its own."""

    def stamped() -> dict[str, object]:
        if declared:
            provenance.declare(*declared)  # type: ignore[arg-type]
        return provenance.stamp(seed=3, inputs={"a": "1"})

    return contextvars.Context().run(stamped)


def test_inputs_of_the_command_and_of_the_result_stand_together() -> None:
    found = fresh({"key": 1}, {"b": "2", "a": "0"})
    assert found["inputs"] == {"b": "2", "a": "1"}
    assert found["recipe"] == {"key": 1}
    assert found["seed"] == 3
    assert "recipe" not in fresh()
    assert fresh()["inputs"] == {"a": "1"}


def test_a_stamp_without_seed_or_inputs_claims_none() -> None:
    found = contextvars.Context().run(provenance.stamp)
    assert not {"seed", "inputs", "recipe"} & set(found)
    assert {"maskzoo", "commit", "command", "date", "python", "versions"} <= set(found)


def test_the_commit_is_that_of_the_current_folder_and_changes_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert provenance.commit() is None

    def git(*words: str) -> str:
        named = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        done = subprocess.run(["git", *named, *words], check=True, capture_output=True, text=True)
        return done.stdout.strip()

    git("init", "-q")
    Path("file").write_text("a")
    git("add", "file")
    git("commit", "-qm", "one")
    whole = git("rev-parse", "HEAD")
    assert provenance.commit() == whole
    Path("untracked").write_text("a")
    assert provenance.commit() == whole
    Path("file").write_text("b")
    assert provenance.commit() == f"{whole}+changes"
