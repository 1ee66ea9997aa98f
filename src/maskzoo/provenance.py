"""What made a result: versions, commit, command and machine, so that every printed number can be traced."""

import os
import platform
import subprocess
import sys
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class MadeFrom:
    """What the command in progress makes its results from.

    Attributes:
        recipe: the slice of the recipe that decides them (`maskzoo.stages`).
        inputs: name -> SHA-256 of what went in.
    """

    recipe: dict[str, Any] | None = None
    inputs: dict[str, str] = field(default_factory=dict)


_declared: ContextVar[MadeFrom] = ContextVar("made_from", default=MadeFrom())  # noqa: B039


def declare(recipe: dict[str, Any] | None, inputs: dict[str, str] | None = None) -> None:
    """Say what the results that are written from now on are made from; every `stamp` repeats it."""
    _declared.set(MadeFrom(recipe, inputs or {}))


def stamp(*, seed: int | None = None, inputs: dict[str, str] | None = None) -> dict[str, Any]:
    """A JSON-able record of how the current process came to be.

    Args:
        seed: the seed of what is being written, where there is one.
        inputs: name -> SHA-256 of what went in.
    """
    said = _declared.get()
    everything = {**said.inputs, **(inputs or {})}
    return {
        "maskzoo": _version("maskzoo"),
        "commit": commit(),
        "command": "maskzoo " + " ".join(sys.argv[1:]),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "versions": {name: _version(name) for name in ("torch", "transformers", "tokenizers", "datasets")},
        **({} if seed is None else {"seed": seed}),
        **({} if inputs is None and not everything else {"inputs": everything}),
        **({} if said.recipe is None else {"recipe": said.recipe}),
    }


def commit() -> str | None:
    """The commit of the checkout in the current folder, with `+changes` when tracked files differ; None outside git."""
    try:
        answer = subprocess.run(
            ["git", "describe", "--always", "--abbrev=40", "--dirty=+changes", "--exclude=*"],
            capture_output=True,
            text=True,
            timeout=10,
            cwd=Path.cwd(),
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() or None


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
