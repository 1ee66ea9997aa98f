"""What must hold of the suites that a recipe names, before anything runs."""

from pathlib import Path

from maskzoo import registry
from maskzoo.errors import UserError
from maskzoo.recipe.checks import check_source
from maskzoo.recipe.probe import ALWAYS
from maskzoo.recipe.recipe import Recipe

RESERVED = ("forgetting",)  # folders beside those of the suites


def check_probes(recipe: Recipe, file: Path) -> None:
    """Names that would share a folder with something else, data that are absent or not read, settings that do not fit.

    Raises:
        UserError: the suite, its key, and what was expected.
    """
    for name, suite in recipe.probes.items():
        where = f"{file}: probes.{name}"
        if name in recipe.tasks or name in RESERVED:
            what = "a task and a probe" if name in recipe.tasks else "a folder of results and a probe"
            raise UserError(f"{name!r} names both {what}", where=where, hint="give it another name and say `suite:`")
        if name == ALWAYS and suite.probe != ALWAYS:
            raise UserError(
                f"is a suite of {suite.probe}",
                where=where,
                expected="the pseudo-perplexity of the domain's own corpus",
                hint="give it another name and say `suite:`",
            )
        if suite.file.is_file():
            where = str(suite.file)
        module = registry.load("probes", suite.probe)
        if (suite.data is None) == module.NEEDS_DATA:
            what = "is missing" if module.NEEDS_DATA else f"{suite.probe} reads no data of its own"
            raise UserError(
                what, where=_key(where, "data"), expected="a source" if module.NEEDS_DATA else "no such key"
            )
        if suite.data is not None:
            check_source(suite.data, recipe, _key(where, "data"), suite.folder)
        module.check(suite, where)


def _key(where: str, key: str) -> str:
    """A key of a suite's own file, or of an entry of domain.yaml."""
    return f"{where}.{key}" if ": " in where else f"{where}: {key}"
