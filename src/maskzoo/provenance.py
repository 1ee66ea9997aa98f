"""What made a result: versions, commit, command and machine, so that every printed number can be traced."""

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any


def stamp(*, seed: int | None = None, inputs: dict[str, str] | None = None) -> dict[str, Any]:
    """A JSON-able record of how the current process came to be.

    Args:
        seed: the seed of what is being written, where there is one.
        inputs: name -> SHA-256 of what went in.
    """
    return {
        "maskzoo": _version("maskzoo"),
        "commit": commit(),
        "command": "maskzoo " + " ".join(sys.argv[1:]),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "versions": {name: _version(name) for name in ("torch", "transformers", "tokenizers", "datasets")},
        **({} if seed is None else {"seed": seed}),
        **({} if inputs is None else {"inputs": inputs}),
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
