"""Which weights are the ticket."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from maskzoo.adaptation.common.bits import unpack
from maskzoo.adaptation.winning_ticket import FILE
from maskzoo.errors import UserError


def choose(moved: dict[str, Tensor], fraction: float) -> dict[str, Tensor]:
    """Masks of the round(fraction * n) largest numbers among all n, by name, each of the shape of its numbers."""
    flat = torch.cat([one.reshape(-1).abs() for one in moved.values()])
    mask = torch.zeros(len(flat), dtype=torch.bool)
    mask[flat.topk(round(fraction * len(flat))).indices] = True
    parts = torch.split(mask, [one.numel() for one in moved.values()])
    return {name: part.reshape(one.shape) for (name, one), part in zip(moved.items(), parts, strict=True)}


def read(folder: Path | None, model: Any, names: Sequence[str]) -> dict[str, Tensor]:
    """The ticket in a folder, for the modules `names` of `model`.

    Raises:
        UserError: there is none, or one of other places.
    """
    from maskzoo.loading import load_tensors

    if folder is None or not (folder / FILE).is_file():
        raise UserError(
            f"no ticket in {folder}",
            expected="a checkpoint of a variant with `adaptation: {method: winning_ticket}`, or `ticket: random`",
        )
    kept = load_tensors(folder / FILE)
    bare = "" if model.base_model is not model else f"{model.base_model_prefix}."
    lost = [name for name in names if bare + name not in kept]
    if lost:
        raise UserError(f"the ticket in {folder} has no {lost[0]}", expected="`places` that it was searched at")
    return {name: unpack(kept[bare + name], model.get_submodule(name).weight.shape) for name in names}
