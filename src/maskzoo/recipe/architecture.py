"""Settings of an architecture, read from the source of transformers: importing it takes seconds, this a blink."""

import ast
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from maskzoo.errors import UserError, unknown_name
from maskzoo.recipe.training import Base


def check_settings(base: Base, where: str) -> None:
    """Refuse a `config` that no fresh architecture would take.

    Raises:
        UserError: names the setting and the nearest one that exists.
    """
    if base.architecture is None:
        if base.config:
            raise UserError("goes with `architecture`; any other base brings its own", where=where)
        return
    for name in base.config:
        if name not in settings(base.architecture) and name not in shared_settings():
            kind = f"{base.architecture} setting"
            raise unknown_name(kind, name, settings(base.architecture), where=f"{where}.{name}")


@cache
def settings(architecture: str) -> frozenset[str]:
    """Names of the values that the config of an architecture takes; those that every config has are left out.

    Args:
        architecture: a `model_type` of transformers, like `deberta-v2`.
    """
    name = architecture.replace("-", "_")
    for node in _classes(f"models/{name}/configuration_{name}.py"):
        if architecture in _model_types(node):
            return _fields(node)
    raise ValueError(architecture)


@cache
def shared_settings() -> frozenset[str]:
    """Names of the values that every config takes."""
    (node,) = (node for node in _classes("configuration_utils.py") if node.name == "PreTrainedConfig")
    return _fields(node) | {"output_attentions"}  # a property there


def _classes(file: str) -> list[ast.ClassDef]:
    spec = find_spec("transformers")
    assert spec is not None, "transformers is not installed"
    assert spec.origin is not None, "transformers is not installed"
    tree = ast.parse((Path(spec.origin).parent / file).read_text(encoding="utf-8"))
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


def _fields(node: ast.ClassDef) -> frozenset[str]:
    """What a class declares with a type, and what it sets on itself."""
    declared = {_name(part.target) for part in node.body if isinstance(part, ast.AnnAssign)}
    given = {
        part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store)
    }
    return frozenset(name for name in declared | given if name and not name.startswith("_"))


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""
