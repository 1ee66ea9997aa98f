"""How much code exists only for one domain: lines in the folders that belong to it or to its material alone."""

import ast
from pathlib import Path
from typing import Any

import yaml

from maskzoo.recipe.folders import domains

MATERIALS = Path("materials")
SHARED = "text"  # the material that several domains share


def counts(zoo: Path = Path("domains"), source: Path | None = None) -> dict[str, dict[str, int]]:
    """domain -> lines of its recipe, and of Python that exists for its material and for its simulator alone.

    Lines with nothing but a comment, and empty ones, are not counted. Domains of a group are counted together: they
    share a recipe and a simulator. A simulator is its generator with the modules that no other generator imports; where
    several domains use one generator, the one of its name counts it, else the first.

    Args:
        zoo: folder of the domains.
        source: folder of the package; None: the installed one.
    """
    source = source or Path(__file__).parents[1]
    found: dict[str, dict[str, int]] = {}
    for name in domains(zoo):
        group = name.split("/")[0]
        row = found.setdefault(group, {"recipe": 0, "material": 0, "simulator": 0})
        row["recipe"] += _lines(zoo / name / "domain.yaml")
    simulators = _simulators(source / "simulate")
    for group, row in found.items():
        files = sorted({*(zoo / group).glob("*.yaml")} - {zoo / group / "domain.yaml"})
        row["recipe"] += sum(map(_lines, files))
        recipes = [_mapping(file) for file in sorted((zoo / group).rglob("*.yaml"))]
        material = next((m for recipe in recipes if (m := _material(recipe))), SHARED)
        if material != SHARED:
            row["material"] = sum(map(_lines, sorted((source / MATERIALS / material).rglob("*.py"))))
        for generator in sorted({name for recipe in recipes for name in _generators(recipe)}):
            if generator in found and generator != group:
                continue
            row["simulator"] += sum(map(_lines, simulators.pop(generator, ())))
    return found


def _simulators(folder: Path) -> dict[str, list[Path]]:
    """generator -> its file, and the other modules of the simulators that it alone reaches."""
    generators = {file.stem: file for file in (folder / "domains").glob("*.py") if file.stem != "__init__"}
    reached = {name: _reached(file, folder) for name, file in generators.items()}
    return {
        name: sorted(
            {generators[name], *files} - {file for other in reached if other != name for file in reached[other]}
        )
        for name, files in reached.items()
    }


def _reached(file: Path, folder: Path) -> set[Path]:
    """Modules directly below `folder` that a file imports, and that those import."""
    found: set[Path] = set()
    open_ = [file]
    while open_:
        for node in ast.walk(ast.parse(open_.pop().read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("maskzoo.simulate"):
                inner = (node.module or "").removeprefix("maskzoo.simulate").lstrip(".")
                names = [inner] if inner else [alias.name for alias in node.names]
                new = {folder / f"{name}.py" for name in names if (folder / f"{name}.py").is_file()} - found
                found |= new
                open_ += new
    return found


def _mapping(file: Path) -> dict[str, Any]:
    read = yaml.safe_load(file.read_text(encoding="utf-8"))
    return read if isinstance(read, dict) else {}


def _parts(recipe: dict[str, Any]) -> list[dict[str, Any]]:
    """The root of a recipe file and the overlays of its scales."""
    scales = recipe.get("scales")
    return [recipe, *(part for part in (scales or {}).values() if isinstance(part, dict))]


def _material(recipe: dict[str, Any]) -> str | None:
    for part in _parts(recipe):
        corpus = part.get("corpus")
        if isinstance(corpus, dict) and isinstance(corpus.get("material"), str):
            return str(corpus["material"])
    return None


def _generators(recipe: dict[str, Any]) -> list[str]:
    found = [part.get("simulate") for part in _parts(recipe)]
    return [str(one["generator"]) for one in found if isinstance(one, dict) and "generator" in one]


def _lines(file: Path) -> int:
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    return sum(1 for line in lines if line and not line.startswith("#"))
