"""What a probe asks of a model that was not fine-tuned: a suite of `probes/`, and what a recipe lays over it.

A suite is a YAML file in `probes/` beside `domains/`, shared by all domains. It names its kind (`probe:`, a module of
`maskzoo.probes`), whose own settings stand beside the keys that all suites have. A kind that needs no data of its own
is a suite by its name alone.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field

from maskzoo import registry
from maskzoo.errors import UserError, unknown_name
from maskzoo.recipe.folders import suites_folder
from maskzoo.recipe.source import Source
from maskzoo.recipe.yaml_file import read_mapping
from maskzoo.strict import Strict
from maskzoo.validation import validated

ALWAYS = "pseudo_perplexity"  # what is measured where a recipe names no probes
SUITE = "suite"  # key of a recipe: the suite that is laid over, where it is not the entry's own name


class Published(Strict):
    """A figure that others published for a suite."""

    model: str = Field(description="as the source names it")
    value: float = Field(description="in the unit of the probe: a share, not per cent")
    source: str = Field(description="where the figure stands: paper and table, or an address")
    note: str | None = Field(default=None, description="what was measured otherwise there")


class Size(Strict):
    """How much a suite asks, so that its cost can be said before its data are here."""

    groups: int = Field(default=1, ge=1, description="groups of items")
    items: int = Field(ge=1, description="items of each group")
    texts: int = Field(default=2, ge=1, description="texts that are scored for an item")
    words: int = Field(ge=1, description="words of a text, about")


class Suite(Strict):
    """What every suite says; the settings of its kind stand beside these keys."""

    FILLED_IN: ClassVar[tuple[str, ...]] = ("file",)
    KIND: ClassVar[str] = "probes"

    probe: str = Field(description="its kind: name of a module of `maskzoo.probes`")
    title: str | None = Field(default=None, description="what readers of a comparison see (default: its kind's title)")
    about: str | None = Field(default=None, description="a sentence or two for readers: what it asks, whose it is")
    language: str | None = Field(default=None, description="ISO 639 code of its texts")
    data: Source | None = Field(
        default=None, description="its items, a source like those of a corpus; `files` is looked for beside the suite"
    )
    size: Size | None = Field(default=None, description="how much it asks, for `maskzoo plan`")
    limit: int | None = Field(
        default=None, ge=1, description="items of each group, drawn by a hash of their id (default: all)"
    )
    chance: float | None = Field(default=None, description="what a model that knows nothing comes to")
    published: tuple[Published, ...] = Field(default=(), description="figures of known models, with their provenance")
    file: Path = Field(default=Path("probes"), exclude=True, description="filled in when the suite is read")

    @property
    def folder(self) -> Path:
        """What files of the suite are relative to."""
        return self.file.parent


def suite_names(folder: Path) -> list[str]:
    """All suites that a domain in `folder` can name: files in `probes/`, and kinds that need no data of their own."""
    files = {path.stem for path in suites_folder(folder).glob("*.yaml")}
    return sorted(files | {name for name, kind in registry.load_all("probes").items() if not kind.NEEDS_DATA})


def read_suite(name: str, folder: Path, *, where: str) -> Suite:
    """A suite as its file, or its kind, has it.

    Args:
        folder: of a domain; `probes/` is looked for beside `domains/`.
        where: who names it, for errors.

    Raises:
        UserError: no such suite, or something wrong in its file.
    """
    file = suites_folder(folder) / f"{name}.yaml"
    return _validated(_raw(name, folder, where), file, str(file))


def read_suites(asked: Any, folder: Path, *, file: Path) -> dict[str, Suite]:
    """The suites that `probes:` of a recipe names, each with what the recipe lays over it.

    Args:
        asked: a list of names, or a mapping of names to keys that are laid over (`suite:` says which, where it is not
            the name itself); None: pseudo-perplexity alone.
        folder, file: of the domain.

    Raises:
        UserError: what is wrong, with the file and the key that it stands in.
    """
    found: dict[str, Suite] = {}
    for name, over in _entries(asked, f"{file}: probes").items():
        where = f"{file}: probes.{name}"
        suite = over.pop(SUITE, name)
        if not isinstance(suite, str):
            raise UserError(f"{suite!r}", where=f"{where}.{SUITE}", expected="the name of a suite")
        alone = read_suite(suite, folder, where=where if suite == name else f"{where}.{SUITE}")
        if not over:
            found[name] = alone
            continue
        if "probe" in over:
            raise UserError("a suite keeps its kind", where=f"{where}.probe", hint="write a suite of your own")
        raw = _raw(suite, folder, where)
        found[name] = _validated(_merged(raw, over), suites_folder(folder) / f"{suite}.yaml", where)
    return found


def _entries(asked: Any, where: str) -> dict[str, dict[str, Any]]:
    """name -> what is laid over, from a list of names or a mapping."""
    if asked is None:
        return {ALWAYS: {}}
    if isinstance(asked, list):
        wrong = next((one for one in asked if not isinstance(one, str)), None)
        if wrong is not None:
            raise UserError(f"{wrong!r}", where=where, expected="names of suites, or a mapping of names to their keys")
        twice = next((one for one in asked if asked.count(one) > 1), None)
        if twice is not None:
            raise UserError(f"names {twice!r} twice", where=where)
        return {name: {} for name in asked}
    if not isinstance(asked, Mapping):
        raise UserError(f"{asked!r}", where=where, expected="a list of suites, or a mapping of names to their keys")
    found = {}
    for name, over in asked.items():
        if not isinstance(over, dict | None):
            raise UserError(f"{over!r}", where=f"{where}.{name}", expected="keys that are laid over the suite, or {}")
        found[str(name)] = dict(over or {})
    return found


def _raw(name: str, folder: Path, where: str) -> dict[str, Any]:
    file = suites_folder(folder) / f"{name}.yaml"
    if file.is_file():
        return read_mapping(file)
    known = suite_names(folder)
    if name not in known:
        raise unknown_name("suite", name, known, where=where)
    return {"probe": name}


def _validated(raw: dict[str, Any], file: Path, where: str) -> Suite:
    """The settings of the kind that a suite names; its file is filled in.

    Args:
        where: the file, or file and key of an entry of domain.yaml.
    """
    if "file" in raw:
        raise UserError("unknown key 'file'", where=where, hint="it is filled in from where the suite lies")
    if not isinstance(raw.get("probe"), str):
        raise UserError("is missing", where=f"{file}: probe", expected="the kind of probe that it is")
    model = registry.settings_model("probes", raw["probe"], where=f"{file}: probe")
    found = validated(model, raw, where=where, within=": " in where, filled_in={"file": file})
    assert isinstance(found, Suite), model
    return found


def _merged(under: Any, over: Any) -> Any:
    """A suite with a recipe's keys over it: mappings are merged, lists are replaced."""
    if not isinstance(under, dict) or not isinstance(over, dict):
        return over
    return under | {key: _merged(under.get(key), value) for key, value in over.items()}
