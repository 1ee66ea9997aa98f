"""`studies/<name>.yaml`: a grid of variants over one domain at one scale, and the recipe in which they are variants.

A cell of the grid is a variant called `<study>.<cell>`. Nothing is copied: whoever asks for the recipe of such a name
gets the domain's own, with the cells of the study in the place of its variants.
"""

from itertools import product
from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field, model_validator

from maskzoo.errors import UserError, unknown_name
from maskzoo.recipe import folders
from maskzoo.recipe.folders import domain_name, zoo_folder
from maskzoo.recipe.load import merge, read_recipe
from maskzoo.recipe.recipe import Recipe
from maskzoo.recipe.training import Budget, Variant
from maskzoo.recipe.yaml_file import read_mapping
from maskzoo.strict import Name, Strict
from maskzoo.validation import validated

# what a cell may not change: losses under the frozen mask would no longer be of the same tokens and windows
SHARED = ("tokenizer", "training.sequence_length", "training.batch_size", "training.evaluation_batches")
# and where nothing is pretrained, all that makes the one model
OF_THE_MODEL = tuple(key for key in Variant.model_fields if key not in ("finetuning", "title"))


class StudyBudget(Budget):
    """Exactly one of these; every cell gets it."""

    steps: int | None = Field(
        default=None, ge=0, description="optimiser steps; 0: nothing is pretrained, cells differ in their fine-tuning"
    )

    @model_validator(mode="after")
    def _one_unit(self) -> "StudyBudget":
        named = [name for name, value in self if value is not None]
        if len(named) != 1:
            raise ValueError(f"exactly one of steps, tokens, flops, seconds, got {', '.join(named) or 'none'}")
        return self

    def over(self, training: dict[str, Any]) -> dict[str, Any]:
        """A variant's `training` with this budget in the place of its own."""
        rest = {key: value for key, value in training.items() if key not in ("steps", "budget")}
        if self.steps is not None:
            return {**rest, "steps": self.steps}
        return {**rest, "budget": {name: value for name, value in self if value is not None}}


class Study(Strict):
    """A grid of variants: every point of an axis with every point of the others."""

    FILLED_IN: ClassVar[tuple[str, ...]] = ("name", "file")

    name: str = Field(description="the file's, filled in when it is read")
    file: Path
    title: str = Field(description="what readers see above the table")
    question: str = Field(description="one sentence: what the grid is to tell")
    domain: str = Field(description="whose corpus, tokenizer and bases are used")
    scale: str = Field(description="of the domain")
    variant: str = Field(description="of the domain: what every cell is laid over")
    seeds: tuple[int, ...] = Field(default=(0, 1, 2), min_length=1, description="one run of every cell per seed")
    budget: StudyBudget = Field(description="the same for every cell")
    over: dict[str, Any] = Field(default_factory=dict, description="laid over the variant in every cell")
    grid: dict[Name, dict[Name, dict[str, Any] | None]] = Field(
        min_length=1, description="axis -> point -> what is laid over the variant: masking, training, adaptation, ..."
    )
    reference: str | None = Field(default=None, description="the cell that others are compared with (default: first)")
    tasks: tuple[str, ...] = Field(default=(), description="of the domain, that every cell is fine-tuned on")
    forgetting: str | None = Field(
        default=None, description="a domain on whose test documents it is measured what was forgotten of the base"
    )

    @model_validator(mode="after")
    def _distinct(self) -> "Study":
        if len(set(self.seeds)) < len(self.seeds):
            raise ValueError("seeds names a seed twice")
        empty = [axis for axis, points in self.grid.items() if not points]
        if empty:
            raise ValueError(f"axis {empty[0]!r} of the grid has no point")
        if not self.pretrains and not self.tasks:
            raise ValueError("budget.steps 0 pretrains nothing, so `tasks` must say what the cells are fine-tuned on")
        laid = [self.over, *(point or {} for points in self.grid.values() for point in points.values())]
        if not self.tasks and any("finetuning" in keys for keys in laid):
            raise ValueError("finetuning changes nothing where `tasks` does not say what the cells are fine-tuned on")
        if not self.pretrains and self.forgetting is not None:
            raise ValueError("budget.steps 0 pretrains nothing, so there is no `forgetting` to measure")
        return self

    @property
    def pretrains(self) -> bool:
        """Whether cells are pretrained; else all start their fine-tuning from one model."""
        return self.budget.steps != 0

    @property
    def judged_by(self) -> tuple[str, ...]:
        """What cells are compared by: their loss, where they were pretrained, and tasks."""
        return (*(("loss",) if self.pretrains else ()), *self.tasks)

    @property
    def cells(self) -> dict[str, dict[str, str]]:
        """Cell -> axis -> point, in the order of the file; a cell is called after its points."""
        found = {}
        for points in product(*self.grid.values()):
            found["-".join(points)] = dict(zip(self.grid, points, strict=True))
        return found

    @property
    def compared_with(self) -> str:
        """Name of the reference cell."""
        return self.reference or next(iter(self.cells))

    def variant_of(self, cell: str) -> str:
        """The name that a cell has as a variant."""
        return f"{self.name}.{cell}"

    def laid_over(self, raw: dict[str, Any]) -> dict[str, Any]:
        """A domain's recipe, as read, with the cells for its variants; none of them is released or a reference."""
        variants = raw.get("variants") or {}
        if self.variant not in variants:
            raise unknown_name("variant", self.variant, map(str, variants), where=f"{self.file}: variant")
        cells: dict[str, Any] = {}
        for cell, points in self.cells.items():
            laid = merge(variants[self.variant], self.over)
            for axis, point in points.items():
                laid = merge(laid, self.grid[axis][point] or {})
            cells[cell] = {**laid, "title": cell, "training": self.budget.over(laid.get("training") or {})}
        release = raw.get("release")
        return {
            **raw,
            "variants": cells,
            "seeds": {
                "pretraining": list(self.seeds if self.pretrains else self.seeds[:1]),
                "finetuning": list(self.seeds),
            },
            "evaluation": {key: value for key, value in (raw.get("evaluation") or {}).items() if key != "reference"},
            "release": {**release, "variants": [next(iter(cells))]} if isinstance(release, dict) else release,
        }


def study_of(variant: str | None) -> str | None:
    """The study that a variant's name belongs to: `masking` of `masking.uniform`; None for a domain's own."""
    study, dot, _ = (variant or "").partition(".")
    return study if dot else None


def studies(folder: Path = Path("studies")) -> list[str]:
    """Names of all studies."""
    return sorted(path.stem for path in folder.glob("*.yaml"))


def read_study(name: str, folder: Path = Path("studies")) -> Study:
    """The study in `folder/<name>.yaml`.

    Raises:
        UserError: no such study, or a key that is wrong, by its name.
    """
    file = folder / f"{name}.yaml"
    if not file.is_file():
        raise unknown_name("study", name, studies(folder), where=str(folder))
    raw = read_mapping(file)
    for key in ("name", "file"):
        if key in raw:
            raise UserError(f"unknown key {key!r}", where=str(file), hint="it is filled in from the file")
    study = validated(Study, raw, where=str(file), filled_in={"name": name, "file": file})
    if study.reference is not None and study.reference not in study.cells:
        raise unknown_name("cell", study.reference, study.cells, where=f"{file}: reference")
    return study


def studied_recipe(study: Study, *, domains: Path = Path("domains")) -> Recipe:
    """The recipe of a study's domain with its cells as variants, called `<study>.<cell>`.

    Raises:
        UserError: a cell that is no variant, by the point of the grid; or cells that no loss can compare.
    """
    folder = domains / study.domain
    try:
        recipe = read_recipe(folder, study.scale, altered=study.laid_over, finetuned_on=study.tasks)
    except UserError as error:
        raise _by_point(error, study, folder / "domain.yaml") from None
    _check_cells(study, recipe)
    for task in study.tasks:
        if task not in recipe.tasks:
            raise unknown_name("task", task, recipe.tasks, where=f"{study.file}: tasks")
    if study.forgetting is not None and not (domains / study.forgetting / "domain.yaml").is_file():
        raise unknown_name("domain", study.forgetting, folders.domains(domains), where=f"{study.file}: forgetting")
    variants = {study.variant_of(cell): variant for cell, variant in recipe.variants.items()}
    release = recipe.release.model_copy(update={"variants": (next(iter(variants)),)})
    return recipe.model_copy(update={"variants": variants, "release": release})


def _check_cells(study: Study, recipe: Recipe) -> None:
    """
    Raises:
        UserError: cells that cannot be compared, or that would all fine-tune random weights.
    """
    first, *others = recipe.variants
    base = recipe.variants[first].base
    if not study.pretrains and recipe.bases[base].fresh:
        raise UserError(
            f"base {base!r} is a fresh architecture, whose weights stay random without pretraining",
            where=f"{study.file}: budget.steps",
            expected="a base that was trained",
            hint="name one in `over`: {base: ...}",
        )
    keys: tuple[str, ...] = SHARED if study.pretrains else OF_THE_MODEL
    why = "losses under the frozen mask are compared" if study.pretrains else "with budget.steps 0 they share one model"
    for cell in others:
        for key in keys:
            (ours,), (theirs,) = (recipe.slice(f"variants.{name}.{key}").values() for name in (cell, first))
            if ours != theirs:
                raise UserError(
                    f"{key} of {cell!r} is {ours!r} and of {first!r} {theirs!r}",
                    where=f"{study.file}: grid",
                    expected=f"the same in all cells: {why}",
                )


def recipe_of(folder: Path, scale: str, *, variant: str | None = None) -> Recipe:
    """The recipe in which `variant` is one: a domain's own, or that of a study over it.

    Raises:
        UserError: what `read_recipe` and `studied_recipe` refuse, or a study of another domain or scale.
    """
    name = study_of(variant)
    if name is None:
        return read_recipe(folder, scale)
    zoo = Path("domains") if folder.parts[:1] == ("domains",) else zoo_folder(folder)
    study = read_study(name, zoo.parent / "studies")
    if (study.domain, study.scale) != (domain_name(folder), scale):
        raise UserError(
            f"study {name!r} is of {study.domain} at scale {study.scale}, not of {domain_name(folder)} at {scale}",
            where=str(variant),
        )
    return studied_recipe(study, domains=zoo)


def _by_point(error: UserError, study: Study, file: Path) -> UserError:
    """An error in a cell by the point of the grid that it came from."""
    text = str(error)
    for cell, points in study.cells.items():
        start = f"{file}: variants.{cell}."
        if text.startswith(start):
            key = text.removeprefix(start)
            axis = next((axis for axis, point in points.items() if _says(study.grid[axis][point], key)), None)
            place = f"grid.{axis}.{points[axis]}.{key}" if axis else f"cell {cell}: {key}"
            return UserError(f"{study.file}: {place}")
    return error


def _says(point: dict[str, Any] | None, key: str) -> bool:
    """Whether the first part of a key path stands in a point."""
    return bool(point) and key.split(":")[0].split(".")[0] in (point or {})
