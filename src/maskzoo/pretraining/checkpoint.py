"""Checkpoints of a run in safetensors, each a whole folder or none: a killed run goes on as if nothing had been.

A checkpoint is `step-00000200/` with model.safetensors, optimiser.safetensors, state.json; objectives.safetensors where
an objective has modules or buffers of its own, and masking.safetensors where a masking policy has learned something.
Chance needs no room in it: data, masks and dropout all follow from (seed, step). Neither is there anything about how
many processes there are: any number of them can go on from it.
"""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from numpy.typing import NDArray
from safetensors.numpy import load_file as load_arrays
from safetensors.numpy import save_file as save_arrays
from safetensors.torch import load_file, save_file
from torch import Tensor

from maskzoo.errors import UserError
from maskzoo.files import atomic_folder, read_json, sha256_of, write_json
from maskzoo.pretraining.root_module import RootModule
from maskzoo.pretraining.sharding import like, whole

KEPT = 2
ADDED = "objectives."  # before the names of what objectives add to the model
OBJECTIVES = "objectives.safetensors"
MASKING = "masking.safetensors"


def save(
    folder: Path,
    step: int,
    root: RootModule,
    optimiser: torch.optim.Optimizer,
    state: dict[str, Any],
    *,
    masking: Mapping[str, NDArray[Any]] | None = None,
    writes: bool = True,
    stable: tuple[int, int] | None = None,
) -> None:
    """Write the checkpoint of a step, then remove all but the last two, and the last one at the peak learning rate.

    Where weights are shared out over processes, all of them call this, and what is written has them in one piece.

    Args:
        folder: where a run's checkpoints lie.
        step: steps done.
        root, optimiser: as they are after that step.
        state: JSON values that the run needs to go on.
        masking: arrays that the masking policy needs to go on.
        writes: whether this is the process that writes.
        stable: first and last step at the peak learning rate, from which a longer run can go on.
    """
    weights, moments = _whole(root.tensors(), writes), _whole(_moments(root, optimiser), writes)
    if not writes:
        return
    added = {name: tensor for name, tensor in weights.items() if name.startswith(ADDED)}
    with atomic_folder(folder / f"step-{step:08d}") as temporary:
        save_file({name: one for name, one in weights.items() if name not in added}, temporary / "model.safetensors")
        if added:
            save_file(added, temporary / OBJECTIVES)
        save_file(moments, temporary / "optimiser.safetensors")
        if masking:
            save_arrays(dict(masking), temporary / MASKING)
        files = {path.name: sha256_of(path) for path in sorted(temporary.glob("*.safetensors"))}
        write_json(temporary / "state.json", {"step": step, **state, "files": files})
    found = steps(folder)
    at_peak = [one for one in found if stable is not None and stable[0] <= one <= stable[1]]
    for old in sorted({*found[:-KEPT]} - {*at_peak[-1:]}):
        shutil.rmtree(folder / f"step-{old:08d}", ignore_errors=True)


def steps(folder: Path) -> list[int]:
    """Steps that have a checkpoint, in order."""
    found = (re.fullmatch(r"step-(\d{8})", path.name) for path in folder.glob("step-*"))
    return sorted(int(match[1]) for match in found if match)


def state_of(folder: Path, step: int) -> dict[str, Any]:
    """The JSON values that were saved with a step."""
    state: dict[str, Any] = read_json(folder / f"step-{step:08d}" / "state.json")
    return state


def trouble(folder: Path, step: int) -> str | None:
    """What is broken of a checkpoint; None where it can be gone on from. Reads all of it."""
    where = folder / f"step-{step:08d}"
    try:
        state = state_of(folder, step)
        missing = [key for key in ("fingerprint", "counts", "masks") if key not in state]
    except (OSError, UserError, TypeError):
        return "no whole state.json"
    if missing:
        return f"state.json has no {missing[0]}"
    files = state.get("files") or dict.fromkeys(("model.safetensors", "optimiser.safetensors"))
    for name, checksum in files.items():
        try:
            if checksum is None:  # of a version that did not write it down
                load_file(where / name)
            elif sha256_of(where / name) != checksum:
                return f"{name} is not as it was written"
        except OSError:
            return f"no {name}"
        except Exception:  # the library has its own, without a common parent
            return f"{name} cannot be read"
    return None


def restore(folder: Path, step: int, root: RootModule, optimiser: torch.optim.Optimizer) -> dict[str, NDArray[Any]]:
    """Put a checkpoint's weights and moments back into `root` and `optimiser`, in place.

    Returns:
        The arrays of the masking policy, none where it keeps none.

    Raises:
        UserError: a checkpoint of other modules, as an older version wrote them.
    """
    where = folder / f"step-{step:08d}"
    saved = load_file(where / "model.safetensors")
    if (where / OBJECTIVES).is_file():
        saved |= load_file(where / OBJECTIVES)
    tensors = root.tensors()
    missing = next((name for name in tensors if name not in saved), None)
    if missing is not None:
        raise UserError(
            f"the checkpoint has no {missing}",
            where=str(where),
            expected="one that this version of maskzoo wrote",
            hint=f"remove {folder} to train afresh",
        )
    with torch.no_grad():
        for name, tensor in tensors.items():
            tensor.copy_(like(saved[name], tensor))
    moments = load_file(where / "optimiser.safetensors")
    for name, parameter in root.trained().items():
        own = {key.rpartition("/")[2]: value for key, value in moments.items() if key.rpartition("/")[0] == name}
        if own:
            # the fused AdamW wants its count of steps beside the weights, too
            optimiser.state[parameter] = {key: like(value, parameter) for key, value in own.items()}
    return load_arrays(where / MASKING) if (where / MASKING).is_file() else {}


def _moments(root: RootModule, optimiser: torch.optim.Optimizer) -> dict[str, Tensor]:
    return {
        f"{name}/{key}": value
        for name, parameter in root.trained().items()
        for key, value in optimiser.state.get(parameter, {}).items()
    }


def _whole(tensors: Mapping[str, Tensor], kept: bool) -> dict[str, Tensor]:
    """Each in one piece on the CPU; nothing where they are only given to others."""
    pieces = ((name, whole(tensor.detach())) for name, tensor in tensors.items())
    return {name: tensor.cpu().contiguous() for name, tensor in pieces if kept}
