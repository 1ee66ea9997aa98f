"""The one way in which methods of every kind are found: modules of this package, and entry points of others.

A method is a module with the name of the method. Adding one means adding one file to the package of its kind; somebody
else's package adds one by an entry point in the group `maskzoo.<kind>`, whose name is the method's and whose value is
the module. What methods of a kind share stands in the folder `common` of its package, which is no method.
"""

import pkgutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from maskzoo.errors import UserError, unknown_name

SHARED = "common"  # the folder of a kind's package that holds no methods


@dataclass(frozen=True)
class Kind:
    """A kind of method: the package of its modules, and what one is called in a sentence."""

    package: str
    noun: str


KINDS: dict[str, Kind] = {
    "masking": Kind("maskzoo.masking", "masking policy"),
    "objectives": Kind("maskzoo.objectives", "objective"),
    "schedules": Kind("maskzoo.schedules", "schedule"),
    "optimisers": Kind("maskzoo.optimisers", "optimiser"),
    "adaptation": Kind("maskzoo.adaptation", "adaptation method"),
    "models": Kind("maskzoo.models", "architecture"),
    "tasks": Kind("maskzoo.tasks.types", "task type"),
    "metrics": Kind("maskzoo.tasks.metrics", "metric"),
    "baselines": Kind("maskzoo.tasks.baselines", "baseline"),
    "probes": Kind("maskzoo.probes", "probe"),
    "materials": Kind("maskzoo.materials", "material"),
    "readers": Kind("maskzoo.corpus.readers", "format"),
    "privacy": Kind("maskzoo.corpus.privacy", "kind of personal data"),
    "simulators": Kind("maskzoo.simulate.domains", "generator"),
}


def names(kind: str) -> list[str]:
    """Registered names of a kind, without importing their modules."""
    return sorted({*_own(kind), *_others(kind)})


def load(kind: str, name: str, *, where: str | None = None) -> ModuleType:
    """The module that carries `name`.

    Args:
        kind: a key of `KINDS`.
        where: file and key of the name, for messages.

    Raises:
        UserError: no such module (names the nearest one), or somebody else's that cannot be imported.
    """
    if name in _own(kind):
        return import_module(f"{KINDS[kind].package}.{name}")
    others = _others(kind)
    if name not in others:
        raise unknown_name(KINDS[kind].noun, name, names(kind), where=where)
    return _imported(kind, others[name], where)


def load_all(kind: str) -> dict[str, ModuleType]:
    """All modules of a kind by name; somebody else's that cannot be imported are left out, and disturb nobody."""
    found = {}
    for name in names(kind):
        try:
            found[name] = load(kind, name)
        except UserError:
            if name in _own(kind):
                raise
    return found


def _own(kind: str) -> list[str]:
    spec = find_spec(KINDS[kind].package)
    assert spec is not None, kind
    assert spec.submodule_search_locations is not None, kind
    found = (module.name for module in pkgutil.iter_modules(spec.submodule_search_locations))
    return sorted(name for name in found if not name.startswith("_") and name != SHARED)


@cache
def _others(kind: str) -> Mapping[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=f"maskzoo.{kind}")}


def _imported(kind: str, point: EntryPoint, where: str | None) -> ModuleType:
    try:
        module = point.load()
    except Exception as error:  # whatever somebody else's code may raise
        owner = point.dist.name if point.dist is not None else point.value
        raise UserError(
            f"{KINDS[kind].noun} {point.name!r} of the installed package {owner} cannot be imported: "
            f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}",
            where=where,
            hint=f"mend or uninstall {owner}",
        ) from error
    if not isinstance(module, ModuleType):
        raise UserError(f"{point.value!r} is no module", where=where, expected=f"a module with a {KINDS[kind].noun}")
    return module


def refuse_unknown(kind: str, wanted: str, *, among: Iterable[str] | None = None, where: str | None = None) -> None:
    """Refuse a name that no method of the kind has, without importing any.

    Raises:
        UserError: says which is near.
    """
    known: Any = names(kind) if among is None else list(among)
    if wanted not in known:
        raise unknown_name(KINDS[kind].noun, wanted, known, where=where)
