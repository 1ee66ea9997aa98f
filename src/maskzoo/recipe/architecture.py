"""Settings of an architecture, read from the source of transformers: importing it takes seconds, this a blink."""

import ast
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from maskzoo import registry
from maskzoo.errors import UserError, unknown_name
from maskzoo.recipe.training import Base


def check_settings(base: Base, where: str) -> None:
    """Refuse an architecture that is none, and a `config` that no fresh one would take.

    Args:
        where: file and key of the base.

    Raises:
        UserError: names the setting and the nearest one that exists.
    """
    if base.architecture is None:
        if base.config:
            raise UserError("goes with `architecture`; any other base brings its own", where=f"{where}.config")
        return
    known = registry.package("models").trainable()
    if base.architecture not in known:
        raise unknown_name("architecture", base.architecture, known, where=f"{where}.architecture")
    for name in base.config:
        if name not in defaults(base.architecture) and name not in shared_settings():
            kind = f"{base.architecture} setting"
            raise unknown_name(kind, name, defaults(base.architecture), where=f"{where}.config.{name}")


@cache
def defaults(architecture: str) -> Mapping[str, Any]:
    """Values that the config of an architecture takes, and what each is where a config does not say it.

    What every config has is left out; a default that is computed is None.

    Args:
        architecture: a `model_type` of transformers, like `deberta-v2`.
    """
    name = architecture.replace("-", "_")
    for file in (f"models/{name}/configuration_{name}.py", *_elsewhere(name)):
        for node in _classes(file):
            if architecture in _model_types(node):
                return _fields(node)
    from transformers import AutoConfig  # an architecture of somebody's own, registered there

    values: dict[str, Any] = AutoConfig.for_model(architecture).to_dict()
    return values


@cache
def shared_settings() -> frozenset[str]:
    """Names of the values that every config takes."""
    (node,) = (node for node in _classes("configuration_utils.py") if node.name == "PreTrainedConfig")
    return frozenset(_fields(node)) | {"output_attentions"}  # a property there


def _elsewhere(name: str) -> list[str]:
    """The file of a config in the folder of another architecture, as data2vec has three."""
    return [str(file.relative_to(_root())) for file in _root().glob(f"models/*/configuration_{name}.py")]


def _root() -> Path:
    spec = find_spec("transformers")
    assert spec is not None, "transformers is not installed"
    assert spec.origin is not None, "transformers is not installed"
    return Path(spec.origin).parent


def _classes(file: str) -> list[ast.ClassDef]:
    if not (_root() / file).is_file():
        return []
    tree = ast.parse((_root() / file).read_text(encoding="utf-8"))
    return [node for node in tree.body if isinstance(node, ast.ClassDef)]


def _model_types(node: ast.ClassDef) -> list[str]:
    """The value of `model_type = "..."` in the body of a class."""
    return [
        str(part.value.value)
        for part in node.body
        if isinstance(part, ast.Assign)
        and isinstance(part.value, ast.Constant)
        and _name(part.targets[0]) == "model_type"
    ]


def _fields(node: ast.ClassDef) -> dict[str, Any]:
    """What a class declares with a type, or sets on itself, with its default where that is a plain value."""
    stored = (part for part in ast.walk(node) if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store))
    found: dict[str, Any] = {part.attr: None for part in stored}
    for part in node.body:
        if isinstance(part, ast.AnnAssign):
            found[_name(part.target)] = _plain(part.value)
    return {name: default for name, default in found.items() if name and not name.startswith("_")}


def _plain(node: ast.expr | None) -> Any:
    try:
        return None if node is None else ast.literal_eval(node)
    except ValueError:
        return None


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""
