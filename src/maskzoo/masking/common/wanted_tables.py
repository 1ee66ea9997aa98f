"""Which tables the maskings and objectives of a variant need, and where in this domain they are made from."""

from collections.abc import Iterable
from pathlib import Path

from maskzoo import registry
from maskzoo.masking.common.table import Table
from maskzoo.paths import Layout
from maskzoo.recipe.masking import Masking
from maskzoo.recipe.objective import ObjectiveSettings, package_of
from maskzoo.recipe.recipe import Recipe
from maskzoo.recipe.training import Variant


def tables_of(variant: Variant) -> tuple[Table, ...]:
    """The tables of all maskings and objectives of a variant, each once."""
    masked = (table for masking in maskings_of(variant) for table in wanted(masking))
    asked = (table for objective in variant.objectives for table in wanted_by(objective))
    return tuple(dict.fromkeys((*masked, *asked)))


def maskings_of(variant: Variant) -> list[Masking]:
    """The masking of a variant, or those of its phases."""
    return list(variant.maskings)


def wanted(masking: Masking, *, where: str | None = None) -> tuple[Table, ...]:
    """The tables that a masking needs.

    Raises:
        UserError: unknown policy, or settings that it does not have.
    """
    policy = registry.load("masking", masking.policy, where=where and f"{where}.policy")
    settings = registry.settings("masking", masking.chosen, where=where, beside=Masking.model_fields)
    return tuple(policy.tables(settings)) if hasattr(policy, "tables") else ()


def wanted_by(objective: ObjectiveSettings) -> tuple[Table, ...]:
    """The tables that an objective needs."""
    package = package_of(objective)
    return tuple(package.tables(objective)) if hasattr(package, "tables") else ()


def source_files(tables: Iterable[Table], recipe: Recipe, layout: Layout) -> dict[str, Path]:
    """Where what tables name is: `task:<name>` a prepared task, `file:<path>` beside domain.yaml, `folder:<path>`."""
    found: dict[str, Path] = {}
    for source in (source for table in tables for source in table.sources):
        kind, _, name = source.partition(":")
        found[source] = layout.task(name) if kind == "task" else recipe.folder / name if kind == "file" else Path(name)
    return found
