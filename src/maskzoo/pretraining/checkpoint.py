"""Checkpoints of a run in safetensors, each a whole folder or none: a killed run goes on as if nothing had been.

A checkpoint is `step-00000200/` with model.safetensors, optimiser.safetensors, state.json, and masking.safetensors
where a masking policy has learned something. Chance needs no room in it: data, masks and dropout all follow from
(seed, step). Neither is there anything about how many processes there are: any number of them can go on from it.
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

from maskzoo.files import atomic_folder, read_json, write_json
from maskzoo.pretraining.sharding import like, whole

KEPT = 2
MASKING = "masking.safetensors"


def save(
    folder: Path,
    step: int,
    model: torch.nn.Module,
    optimiser: torch.optim.Optimizer,
    state: dict[str, Any],
    *,
    masking: Mapping[str, NDArray[Any]] | None = None,
    writes: bool = True,
) -> None:
    """Write the checkpoint of a step, then remove all but the last two.

    Where weights are shared out over processes, all of them call this, and what is written has them in one piece.

    Args:
        folder: where a run's checkpoints lie.
        step: steps done.
        model, optimiser: as they are after that step.
        state: JSON values that the run needs to go on.
        masking: arrays that the masking policy needs to go on.
        writes: whether this is the process that writes.
    """
    weights, moments = _weights(model, kept=writes), _moments(model, optimiser, kept=writes)
    if not writes:
        return
    with atomic_folder(folder / f"step-{step:08d}") as temporary:
        save_file(weights, temporary / "model.safetensors")
        save_file(moments, temporary / "optimiser.safetensors")
        if masking:
            save_arrays(dict(masking), temporary / MASKING)
        write_json(temporary / "state.json", {"step": step, **state})
    for old in steps(folder)[:-KEPT]:
        shutil.rmtree(folder / f"step-{old:08d}", ignore_errors=True)


def steps(folder: Path) -> list[int]:
    """Steps that have a checkpoint, in order."""
    found = (re.fullmatch(r"step-(\d{8})", path.name) for path in folder.glob("step-*"))
    return sorted(int(match[1]) for match in found if match)


def state_of(folder: Path, step: int) -> dict[str, Any]:
    """The JSON values that were saved with a step."""
    state: dict[str, Any] = read_json(folder / f"step-{step:08d}" / "state.json")
    return state


def restore(
    folder: Path, step: int, model: torch.nn.Module, optimiser: torch.optim.Optimizer
) -> dict[str, NDArray[Any]]:
    """Put a checkpoint's weights and moments back into `model` and `optimiser`, in place.

    Returns:
        The arrays of the masking policy, none where it keeps none.
    """
    where = folder / f"step-{step:08d}"
    saved = load_file(where / "model.safetensors")
    with torch.no_grad():
        for name, tensor in _tensors(model).items():
            tensor.copy_(like(saved[name], tensor))
    moments = load_file(where / "optimiser.safetensors")
    for name, parameter in model.named_parameters():
        own = {key.rpartition("/")[2]: value for key, value in moments.items() if key.rpartition("/")[0] == name}
        if own:
            # the fused AdamW wants its count of steps beside the weights, too
            optimiser.state[parameter] = {key: like(value, parameter) for key, value in own.items()}
    return load_arrays(where / MASKING) if (where / MASKING).is_file() else {}


def _tensors(model: torch.nn.Module) -> dict[str, Tensor]:
    """Parameters and kept buffers by name, tied ones once."""
    kept = set(model.state_dict(keep_vars=True))
    buffers = {name: buffer for name, buffer in model.named_buffers() if name in kept}
    return {**dict(model.named_parameters()), **buffers}


def _weights(model: torch.nn.Module, *, kept: bool) -> dict[str, Tensor]:
    return _whole(_tensors(model), kept)


def _moments(model: torch.nn.Module, optimiser: torch.optim.Optimizer, *, kept: bool) -> dict[str, Tensor]:
    named = {
        f"{name}/{key}": value
        for name, parameter in model.named_parameters()
        for key, value in optimiser.state.get(parameter, {}).items()
    }
    return _whole(named, kept)


def _whole(tensors: Mapping[str, Tensor], kept: bool) -> dict[str, Tensor]:
    """Each in one piece on the CPU; nothing where they are only given to others."""
    pieces = ((name, whole(tensor.detach())) for name, tensor in tensors.items())
    return {name: tensor.cpu().contiguous() for name, tensor in pieces if kept}
