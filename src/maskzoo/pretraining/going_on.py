"""What a run may go on with: its own checkpoints, or those of a run that differs from it in nothing but its length.

What decides a weight and what is merely measured have fingerprints of their own. Nothing is deleted before what takes
its place is complete: what another recipe left lies in `replaced/` until then, and is taken up again where that recipe
comes back.
"""

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maskzoo.errors import UserError
from maskzoo.files import atomic_folder, read_json, sha256_of, write_json
from maskzoo.pretraining import checkpoint
from maskzoo.recipe.training import MEASURED, Training

REPLACED = "replaced"
HISTORY = "went_on.json"  # beside checkpoints: after which steps of which other run this one goes on
SEARCH = "search"  # of an adaptation: a run of its own before this one, of the same fingerprint
MOVED = ("checkpoints", SEARCH, "tensorboard", "metrics.jsonl", HISTORY)  # what a run grows while it trains


@dataclass(frozen=True)
class Identity:
    """What a run is.

    Attributes:
        weights: fingerprint of all that decides a weight.
        measured: fingerprint of what decides the figures of those weights besides.
        stem: fingerprint of runs that differ in their length alone; None where a schedule follows the length.
        length: steps of the run, where they are known beforehand.
        stable: first and last number of steps between which the learning rate stays at its peak.
        rate: the peak.
    """

    weights: str
    measured: str
    stem: str | None = None
    length: int = 0
    stable: tuple[int, int] = (0, -1)
    rate: float = 0.0

    @classmethod
    def of(cls, settings: Mapping[str, Any], training: Training, *, length: int | None, constant: bool) -> "Identity":
        """The identity of a run.

        Args:
            settings: all that decides its result, as JSON values.
            length: its optimiser steps; None where FLOPs or seconds end it.
            constant: whether what is masked does not follow how much of the run is over.
        """
        own = dict(settings["training"])
        measured = {key: own.pop(key) for key in MEASURED if key in own}
        weights = _fingerprint({**settings, "training": own})
        if length is None or training.schedule or not constant:
            return cls(weights, _fingerprint(measured))
        for key in ("steps", "budget", "decay"):
            own.pop(key, None)
        return cls(
            weights,
            _fingerprint(measured),
            _fingerprint({**settings, "training": own}),
            length,
            stable_part(training, length),
            training.learning_rate,
        )


def stable_part(training: Training, length: int, *, head_steps: int | None = None) -> tuple[int, int]:
    """Numbers of steps (first, last) after which a run of `length` steps is at its peak rate, not warming or decaying.

    Args:
        head_steps: of a new head; None: not known yet, so the steps that are certain.
    """
    longest, shortest = (training.head_warmup_steps, 0) if head_steps is None else (head_steps, head_steps)
    rising = round(training.warmup * (length - shortest))
    return longest + rising, length - round(training.decay * (length - shortest))


def make_way(folder: Path, identity: Identity) -> dict[str, Any] | None:
    """What run.json says where that run is finished; else put in place what can be gone on with, and the rest aside."""
    for grown in (folder, folder / SEARCH):
        for left in (*grown.glob(".*.tmp"), *(grown / "checkpoints").glob(".*.tmp")):  # of a run killed while it wrote
            _remove(left)
        _drop_broken(grown / "checkpoints")
    finished = _finished(folder, identity)
    if _owner(folder) not in (None, identity.weights):
        _put_aside(folder)
    if (folder / REPLACED / identity.weights).is_dir() and _owner(folder) is None:
        _take_up(folder, identity.weights)
    if finished is not None:
        print(f"{folder}: already trained with this recipe, nothing to do", file=sys.stderr)
        return finished
    found = checkpoint.steps(folder / "checkpoints")
    if found:
        print(f"{folder}: going on after step {found[-1]}", file=sys.stderr)
        return None
    _remove(folder / HISTORY)  # of checkpoints that were all broken: what begins anew goes on from nothing
    if (folder / REPLACED).is_dir() and not _lengthen(folder, identity):
        print(
            f"{folder}: recipe, tokens or base changed since the last run; starting afresh. What was trained stays in "
            f"{REPLACED}/ until this is complete",
            file=sys.stderr,
        )
    return None


def complete(folder: Path) -> None:
    """Remove what a finished run has taken the place of."""
    _remove(folder / REPLACED)


def history(folder: Path) -> dict[str, Any]:
    """Of a run that went on from a shorter or longer one: after which step; else nothing."""
    return {"went_on": read_json(folder / HISTORY)} if (folder / HISTORY).is_file() else {}


def _fingerprint(value: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _drop_broken(checkpoints: Path) -> None:
    """Remove checkpoints that are not whole, so that the last good one is gone on from; say which and why."""
    for step in reversed(checkpoint.steps(checkpoints)):
        trouble = checkpoint.trouble(checkpoints, step)
        if trouble is None:
            return
        where = checkpoints / f"step-{step:08d}"
        print(f"{where}: a broken checkpoint ({trouble}) is left out", file=sys.stderr)
        _remove(where)


def _finished(folder: Path, identity: Identity) -> dict[str, Any] | None:
    """What run.json says, if that run was made from the same things and its model is still there."""
    weights = folder / "model" / "model.safetensors"
    if not (folder / "run.json").is_file() or not weights.is_file():
        return None
    try:
        result: dict[str, Any] = read_json(folder / "run.json")
        same = result["fingerprint"] == identity.weights and result.get("measured", identity.measured) == (
            identity.measured
        )
        return result if same and sha256_of(weights) == result["model_sha256"] else None
    except (UserError, KeyError, TypeError):
        print(f"{folder / 'run.json'}: not whole, written again", file=sys.stderr)
        return None


def _owner(folder: Path) -> str | None:
    """The fingerprint of the run that the checkpoints in a folder are of, or those of its search; None: there are none.

    A run that was killed while it searched has no others, and another recipe must not go on with what it found.
    """
    for checkpoints in (folder / "checkpoints", folder / SEARCH / "checkpoints"):
        for step in checkpoint.steps(checkpoints)[-1:]:
            return str(checkpoint.state_of(checkpoints, step)["fingerprint"])
    return None


def _put_aside(folder: Path) -> None:
    """Move what another run has grown to `replaced/`; its model stays where it is until there is another."""
    aside = folder / REPLACED / str(_owner(folder))
    _remove(aside)
    aside.mkdir(parents=True)
    for name in MOVED:
        if (folder / name).exists():
            os.replace(folder / name, aside / name)


def _take_up(folder: Path, fingerprint: str) -> None:
    """Move back what lies in `replaced/` of the run that is asked for again."""
    aside = folder / REPLACED / fingerprint
    for name in MOVED:
        if (aside / name).exists():
            _remove(folder / name)
            os.replace(aside / name, folder / name)
    _remove(aside)


def _lengthen(folder: Path, identity: Identity) -> bool:
    """Go on from the last stable checkpoint of a run that differs in its length alone, where there is one."""
    first, last = identity.stable
    found = [
        (step, state, checkpoints)
        for step, state, checkpoints in _set_aside(folder)
        if identity.stem is not None
        and state.get("stem") == identity.stem
        and state.get("stable")
        and first <= step <= last
        and checkpoint.trouble(checkpoints, step) is None
    ]
    if not found:
        return False
    step, state, checkpoints = max(found, key=lambda one: one[0])
    name = f"step-{step:08d}"
    with atomic_folder(folder / "checkpoints" / name) as temporary:
        for path in (checkpoints / name).iterdir():
            if path.name != "state.json":
                _link(path, temporary / path.name)
        write_json(temporary / "state.json", {**state, "fingerprint": identity.weights})
    if (checkpoints.parent / "metrics.jsonl").is_file():
        shutil.copyfile(checkpoints.parent / "metrics.jsonl", folder / "metrics.jsonl")
    before = history(checkpoints.parent).get("went_on", [])
    kept = [one for one in before if one["after_step"] <= step]
    write_json(
        folder / HISTORY, [*kept, {"after_step": step, "of_steps": state.get("length"), "of": state["fingerprint"]}]
    )
    print(
        f"{folder}: {identity.length} steps instead of {state.get('length')}: going on after step {step}, in the stable"
        f" part, at learning rate {identity.rate:g}",
        file=sys.stderr,
    )
    return True


def _set_aside(folder: Path) -> Iterator[tuple[int, dict[str, Any], Path]]:
    """(step, state, folder) of all checkpoints in `replaced/` that can be read."""
    for checkpoints in sorted((folder / REPLACED).glob("*/checkpoints")):
        for step in checkpoint.steps(checkpoints):
            try:
                yield step, checkpoint.state_of(checkpoints, step), checkpoints
            except UserError:
                continue


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links
        shutil.copyfile(source, target)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
