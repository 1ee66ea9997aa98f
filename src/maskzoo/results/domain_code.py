"""How much code exists only for one domain: lines in the folders that belong to it or to its material alone."""

from pathlib import Path
from typing import Any

import yaml

from maskzoo.recipe.folders import domains

SIMULATORS = Path("simulate/domains")
MATERIALS = Path("materials")
SHARED = "text"  # the material that several domains share


def counts(zoo: Path = Path("domains"), source: Path | None = None) -> dict[str, dict[str, int]]:
    """domain -> lines of its recipe, and of Python that exists for its material and for its simulator alone.

    Lines with nothing but a comment, and empty ones, are not counted. Domains of a group are counted together: they
    share a recipe and a simulator.

    Args:
        zoo: folder of the domains.
        source: folder of the package; None: the installed one.
    """
    source = source or Path(__file__).parents[1]
    found: dict[str, dict[str, int]] = {}
    for name in domains(zoo):
        group = name.split("/")[0]
        row = found.setdefault(group, {"recipe": 0, "material": 0, "simulator": 0})
        row["recipe"] += _lines(zoo / name / "domain.yaml", "#")
    for group, row in found.items():
        files = sorted({*(zoo / group).glob("*.yaml")} - {zoo / group / "domain.yaml"})
        row["recipe"] += sum(_lines(file, "#") for file in files)
        recipes = [_mapping(file) for file in sorted((zoo / group).rglob("*.yaml"))]
        material = next((m for recipe in recipes if (m := _material(recipe))), SHARED)
        if material != SHARED:
            row["material"] = sum(_lines(file, "#") for file in sorted((source / MATERIALS / material).rglob("*.py")))
        generators = {name for recipe in recipes for name in _generators(recipe)}
        row["simulator"] = sum(
            _lines(file, "#") for name in sorted(generators) for file in _simulator(source / SIMULATORS, name)
        )
    return found


def _simulator(folder: Path, name: str) -> list[Path]:
    if (folder / f"{name}.py").is_file():
        return [folder / f"{name}.py"]
    return sorted((folder / name).rglob("*.py"))


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


def _lines(file: Path, comment: str) -> int:
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    return sum(1 for line in lines if line and not line.startswith(comment))
