"""Methods are found by the name of their module: adding one means adding one file to one package."""

import pkgutil
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from maskzoo.errors import unknown_name


def names(package: str) -> list[str]:
    """Registered names in a package: its public modules, without importing them."""
    spec = find_spec(package)
    assert spec is not None, package
    assert spec.submodule_search_locations is not None, package
    return sorted(m.name for m in pkgutil.iter_modules(spec.submodule_search_locations) if not m.name.startswith("_"))


def load(package: str, name: str, *, kind: str, where: str | None = None) -> ModuleType:
    """The module that carries `name` in `package`.

    Raises:
        UserError: no such module; names the nearest one.
    """
    if name not in names(package):
        raise unknown_name(kind, name, names(package), where=where)
    return import_module(f"{package}.{name}")
