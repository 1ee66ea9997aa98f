"""Reading `papers/<slug>.yaml`: what no single key shows, and what is wrong, in one sentence with file and key."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from maskzoo.errors import UserError, unknown_name
from maskzoo.papers.schema import ANY, Contrast, Paper
from maskzoo.recipe.yaml_file import read_mapping
from maskzoo.validation import validated

FOLDER = Path("papers")
PROVENANCE = "`known` (read, computed, second-hand or unverified) and `where`, here or at the table"


def slugs(folder: Path = FOLDER) -> list[str]:
    """Names of all papers."""
    return sorted(path.stem for path in folder.glob("*.yaml"))


def read_paper(slug: str, folder: Path = FOLDER) -> Paper:
    """One paper.

    Raises:
        UserError: names file, key, what was expected and the nearest valid name; a claim without provenance is refused.
    """
    file = folder / f"{slug}.yaml"
    if not file.is_file():
        raise unknown_name("paper", slug, slugs(folder), where=str(folder))
    raw = read_mapping(file)
    if "slug" in raw:
        raise UserError("unknown key 'slug'", where=str(file), hint="it is filled in from the name of the file")
    paper = validated(Paper, raw, where=str(file), filled_in={"slug": slug})
    _check_names(paper, file)
    _check_provenance(paper, file)
    return paper


def _check_names(paper: Paper, file: Path) -> None:
    def known(kind: str, name: str, names: Iterable[str], key: str) -> None:
        if name not in names:
            raise unknown_name(kind, name, names, where=f"{file}: {key}")

    for table, content in paper.tables.items():
        for model, cells in content.rows.items():
            known("model", model, paper.models, f"tables.{table}.rows")
            for task in cells:
                known("task", task, paper.tasks, f"tables.{table}.rows.{model}")
    for name, contrast in paper.contrasts.items():
        known("task", contrast.task, paper.tasks, f"contrasts.{name}.task")
        for key in ("model", "over"):
            known("model", getattr(contrast, key), paper.models, f"contrasts.{name}.{key}")
    for key, ours in _mappings(paper):
        for scale in ours:
            if scale != ANY:
                known("scale", scale, paper.scales, key)


def _check_provenance(paper: Paper, file: Path) -> None:
    """Every claim says how it is known and where; one without a figure is not known."""
    for table, content in paper.tables.items():
        for model, cells in content.rows.items():
            for task, cell in cells.items():
                where = f"{file}: tables.{table}.rows.{model}.{task}"
                if not (cell.known or content.known) or not (cell.where or content.where):
                    raise UserError("a claim without provenance", where=where, expected=PROVENANCE)
                if cell.value is None and (cell.known or content.known) != "unverified":
                    raise UserError("a claim without a figure", where=where, expected="known: unverified")
    for name, contrast in paper.contrasts.items():
        if (contrast.known is None) != (contrast.where is None) or (
            contrast.known is None and cells_of(paper, contrast) is None
        ):
            raise UserError(
                "a claim without provenance",
                where=f"{file}: contrasts.{name}",
                expected="`known` and `where`, or values of both models in one table",
            )


def cells_of(paper: Paper, contrast: Contrast) -> tuple[str, float, float] | None:
    """(table, value of the model, value of the other) of the first table that has both; None where none has."""
    for name, table in paper.tables.items():
        cells = [table.rows.get(model, {}).get(contrast.task) for model in (contrast.model, contrast.over)]
        values = [cell.value for cell in cells if cell is not None and cell.value is not None]
        if len(values) == 2:
            return name, values[0], values[1]
    return None


def _mappings(paper: Paper) -> Iterable[tuple[str, dict[str, Any]]]:
    yield from ((f"models.{name}.ours", model.ours) for name, model in paper.models.items())
    yield from ((f"contrasts.{name}.ours", contrast.ours) for name, contrast in paper.contrasts.items())


def check_against_recipes(paper: Paper, file: Path, zoo: Path = Path("domains")) -> None:
    """The domain, its scales, tasks and models that a paper's claims are mapped to.

    Raises:
        UserError: one that does not exist, with the key and the nearest name; or a recipe that is wrong.
    """
    from maskzoo.recipe.folders import domains
    from maskzoo.recipe.load import read_recipe, scales
    from maskzoo.tasks.baselines import all_names

    if paper.domain is None:
        return
    if paper.domain not in domains(zoo):
        raise unknown_name("domain", paper.domain, domains(zoo), where=f"{file}: domain")
    for scale in paper.scales:
        if scale not in scales(zoo / paper.domain):
            raise unknown_name("scale", scale, scales(zoo / paper.domain), where=f"{file}: scales")
        recipe = read_recipe(zoo / paper.domain, scale)
        for name, task in paper.tasks.items():
            if task.ours is None:
                continue
            where = f"{file}: tasks.{name}.ours"
            if task.ours.task is not None and task.ours.task not in recipe.tasks:
                raise unknown_name(f"task (scale {scale})", task.ours.task, recipe.tasks, where=where)
            if task.ours.loss_of is not None and task.ours.loss_of not in recipe.variants:
                raise unknown_name(f"variant (scale {scale})", task.ours.loss_of, recipe.variants, where=where)
        for key, ours in _mappings(paper):
            for model in ours.get(scale, ours.get(ANY, ())):
                if model not in (*recipe.compared, *all_names()):
                    known = (*recipe.compared, *all_names())
                    raise unknown_name(f"model (scale {scale})", model, known, where=f"{file}: {key}")
