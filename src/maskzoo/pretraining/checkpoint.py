"""Checkpoints of a run in safetensors, each a whole folder or none: a killed run goes on as if nothing had been.

A checkpoint is `step-00000200/` with model.safetensors, optimiser.safetensors, state.json, and masking.safetensors
where a masking policy has learned something. Chance needs no room in it: data, masks and dropout all follow from
(seed, step).
"""

import re
import shutil
import sys
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
) -> None:
    """Write the checkpoint of a step, then remove all but the last two.

    Args:
        folder: where a run's checkpoints lie.
        step: steps done.
        model, optimiser: as they are after that step.
        state: JSON values that the run needs to go on.
        masking: arrays that the masking policy needs to go on.
    """
    with atomic_folder(folder / f"step-{step:08d}") as temporary:
        save_file(_weights(model), temporary / "model.safetensors")
        save_file(_moments(model, optimiser), temporary / "optimiser.safetensors")
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
    """Put a checkpoint's weights and moments back into `model` and `optimiser`, in place, and say so.

    Returns:
        The arrays of the masking policy, none where it keeps none.
    """
    where = folder / f"step-{step:08d}"
    print(f"{folder.parent}: going on from step {step}", file=sys.stderr)
    saved = load_file(where / "model.safetensors")
    with torch.no_grad():
        for name, tensor in _tensors(model).items():
            tensor.copy_(saved[name])
    moments = load_file(where / "optimiser.safetensors")
    for name, parameter in model.named_parameters():
        own = {key.rpartition("/")[2]: value for key, value in moments.items() if key.rpartition("/")[0] == name}
        if own:
            # the fused AdamW wants its count of steps beside the weights, too
            optimiser.state[parameter] = {key: value.to(parameter.device) for key, value in own.items()}
    return load_arrays(where / MASKING) if (where / MASKING).is_file() else {}


def _tensors(model: torch.nn.Module) -> dict[str, Tensor]:
    """Parameters and kept buffers by name, tied ones once."""
    kept = set(model.state_dict(keep_vars=True))
    buffers = {name: buffer for name, buffer in model.named_buffers() if name in kept}
    return {**dict(model.named_parameters()), **buffers}


def _weights(model: torch.nn.Module) -> dict[str, Tensor]:
    return {name: tensor.detach().cpu().contiguous() for name, tensor in _tensors(model).items()}


def _moments(model: torch.nn.Module, optimiser: torch.optim.Optimizer) -> dict[str, Tensor]:
    moments = {}
    for name, parameter in model.named_parameters():
        for key, value in optimiser.state.get(parameter, {}).items():
            moments[f"{name}/{key}"] = value.detach().cpu().contiguous()
    return moments
