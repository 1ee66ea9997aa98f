"""The layers of a recipe: what a group of domains shares, a domain's own, its scale; and who wrote which key."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maskzoo.errors import UserError, unknown_name
from maskzoo.recipe.folders import recipe_file
from maskzoo.recipe.yaml_file import read_mapping

EXTENDS = "extends"


@dataclass(frozen=True)
class Layer:
    """A part of a recipe, and the file (with the key, for an overlay) that it stands in."""

    where: str
    keys: dict[str, Any]


def roots_and_scales(folder: Path) -> tuple[list[Layer], dict[str, list[Layer]]]:
    """The shared parts of a recipe, lowest first, and for each scale its overlays, lowest first.

    `extends: ../group.yaml` at the root of a domain.yaml lays it over another file of the same form; `extends: small`
    within a scale lays that scale over another one.

    Raises:
        UserError: no such domain, a file that is none, an unknown scale, or a circle.
    """
    file = recipe_file(folder)
    raw = read_mapping(file)
    files = [(file, raw)]
    if EXTENDS in raw:
        files.insert(0, _extended(raw.pop(EXTENDS), file))
    roots: list[Layer] = []
    own: dict[str, list[Layer]] = {}
    for path, part in files:
        for name, overlay in _overlays(part.pop("scales", None), path, needed=path == file and len(files) == 1).items():
            own.setdefault(name, []).append(Layer(f"{path}: scales.{name}", overlay))
        roots.append(Layer(str(path), part))
    parents = {name: [layer.keys.pop(EXTENDS, None) for layer in layers] for name, layers in own.items()}
    return roots, {name: _chain(name, own, parents, (), str(file)) for name in own}


def _extended(value: Any, file: Path) -> tuple[Path, dict[str, Any]]:
    if not isinstance(value, str):
        raise UserError(f"{value!r}", where=f"{file}: extends", expected="a file beside it, like ../group.yaml")
    path = Path(os.path.normpath(file.parent / value))
    if not path.is_file():
        raise UserError(f"no file {value!r}", where=f"{file}: extends", expected="a file, like ../group.yaml")
    raw = read_mapping(path)
    if EXTENDS in raw:
        raise UserError("is extended itself and cannot extend another file", where=f"{path}: extends")
    return path, raw


def _overlays(overlays: Any, file: Path, *, needed: bool) -> dict[str, dict[str, Any]]:
    if overlays is None and not needed:
        return {}
    if not isinstance(overlays, dict) or not overlays:
        raise UserError("no scales", where=f"{file}: scales", expected="a mapping with at least `demo`")
    for name, overlay in overlays.items():  # it becomes a folder, and what Snakemake takes for one
        if not isinstance(name, str) or not re.fullmatch("[a-z0-9_]+", name):
            raise UserError(f"{name!r}", where=f"{file}: scales", expected="a name of lower-case letters, digits and _")
        if not isinstance(overlay, dict | None):
            raise UserError(f"{overlay!r} is no mapping", where=f"{file}: scales.{name}", expected="keys and values")
    return {name: overlay or {} for name, overlay in overlays.items()}


def _chain(
    name: str, own: dict[str, list[Layer]], parents: dict[str, list[Any]], seen: tuple[str, ...], file: str
) -> list[Layer]:
    """The overlays of a scale, behind those of the scale that it extends."""
    found: list[Layer] = []
    for parent, layer in zip(parents[name], own[name], strict=True):
        if parent is None:
            continue
        if not isinstance(parent, str) or parent not in own:
            raise unknown_name("scale", str(parent), own, where=f"{layer.where}.extends")
        if parent in (*seen, name):
            raise UserError(f"scale {name!r} extends, in the end, itself", where=f"{layer.where}.extends")
        found += [one for one in _chain(parent, own, parents, (*seen, name), file) if one not in found]
    return [*found, *own[name]]


def located(error: UserError, file: Path, layers: Sequence[Layer]) -> UserError:
    """An error of a recipe with the file that its key stands in, where that is not the domain's own.

    Args:
        layers: those that were laid over one another, lowest first.
    """
    text = str(error)
    match = re.match(rf"{re.escape(str(file))}: ([\w.-]+)", text)
    if match is None:
        return error
    path = match[1].split(".")
    default = (
        path[2:] if path[0] in ("variants", "tasks") else []
    )  # merged in from a root key, like variants.x.training
    depths = [max(_depth(layer.keys, path), 2 + _depth(layer.keys, default) if default else 0) for layer in layers]
    deepest = max(depths, default=0)
    owners = [layer.where.split(": ")[0] for layer, depth in zip(layers, depths, strict=True) if depth == deepest]
    if not owners or str(file) in owners:
        return error
    return UserError(owners[-1] + text.removeprefix(str(file)))


def _depth(keys: Any, path: Sequence[str]) -> int:
    """How many parts of a key path there are."""
    for depth, part in enumerate(path):
        if not isinstance(keys, dict) or part not in keys:
            return depth
        keys = keys[part]
    return len(path)
