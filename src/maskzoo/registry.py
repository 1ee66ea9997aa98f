"""The one way in which methods of every kind are found: modules of this package, and entry points of others.

A method is a module with the name of the method. Adding one means adding one file to the package of its kind; somebody
else's package adds one by an entry point in the group `maskzoo.<kind>`, whose name is the method's and whose value is
the module. What methods of a kind share stands in the folder `common` of its package, which is no method.

What can be set of a method is the model `Settings` of its module (none: nothing). A recipe names the method alone,
`retromae`, or with settings, `{name: retromae, decoder_rate: 0.5}`; the key that holds the name is the kind's.
"""

import pkgutil
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any

from maskzoo.errors import UserError, unknown_name

if TYPE_CHECKING:
    from pydantic import BaseModel

SHARED = "common"  # the folder of a kind's package that holds no methods


@dataclass(frozen=True)
class Kind:
    """A kind of method: the package of its modules, what one is called in a sentence, the key that names it in YAML."""

    package: str
    noun: str
    key: str = "name"


KINDS: dict[str, Kind] = {
    "masking": Kind("maskzoo.masking", "masking policy", "policy"),
    "objectives": Kind("maskzoo.objectives", "objective"),
    "schedules": Kind("maskzoo.schedules", "schedule"),
    "optimisers": Kind("maskzoo.optimisers", "optimiser"),
    "adaptation": Kind("maskzoo.adaptation", "adaptation method", "method"),
    "models": Kind("maskzoo.models", "architecture", "architecture"),
    "tasks": Kind("maskzoo.tasks.types", "task type", "type"),
    "metrics": Kind("maskzoo.tasks.metrics", "metric"),
    "baselines": Kind("maskzoo.tasks.baselines", "baseline"),
    "probes": Kind("maskzoo.probes", "probe", "probe"),
    "materials": Kind("maskzoo.materials", "material", "material"),
    "readers": Kind("maskzoo.corpus.readers", "format", "format"),
    "filters": Kind("maskzoo.documents.filters", "curation filter"),
    "privacy": Kind("maskzoo.documents.privacy", "kind of personal data", "kind"),
    "simulators": Kind("maskzoo.simulate.domains", "generator", "generator"),
}


def names(kind: str) -> list[str]:
    """Registered names of a kind, without importing their modules."""
    return sorted({*_own(kind), *_others(kind)})


def own_names(kind: str) -> list[str]:
    """Names of the methods of a kind that this package itself has."""
    return list(_own(kind))


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


def package(kind: str) -> ModuleType:
    """The package of a kind, which says what holds of all its methods."""
    return import_module(KINDS[kind].package)


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


def settings_model(kind: str, name: str, *, where: str | None = None) -> "type[BaseModel]":
    """The model of a method's settings.

    Raises:
        UserError: no such method.
    """
    from maskzoo.strict import NoSettings

    model: type[BaseModel] = getattr(load(kind, name, where=where), "Settings", NoSettings)
    return model


def settings(kind: str, value: Any, *, where: str | None = None, beside: Collection[str] = ()) -> Any:
    """The typed settings of a method, from its name or a mapping with its name and what is set.

    Args:
        where: file and key of the value, for messages.
        beside: keys that all methods of the kind have and that stand in no `Settings`, to recognise a misspelt one.

    Raises:
        UserError: an unknown name or key, a value of the wrong kind or range, one that is needed and missing.
    """
    from maskzoo.validation import validated

    name, values = named(kind, value, where=where)
    at = f"{where}.{KINDS[kind].key}" if where and isinstance(value, Mapping) else where
    model = settings_model(kind, name, where=at)
    return validated(model, _as_said(kind, name, values, model), where=where, within=True, beside=beside)


def named(kind: str, value: Any, *, where: str | None = None) -> tuple[str, dict[str, Any]]:
    """The name of a method and what is set of it.

    Raises:
        UserError: it is neither a name nor a mapping with one.
    """
    key, noun = KINDS[kind].key, KINDS[kind].noun
    if isinstance(value, str):
        return value, {}
    if not isinstance(value, Mapping):
        raise UserError(f"{value!r}", where=where, expected=f"a name ({noun}), or a mapping with `{key}`")
    if key not in value:
        raise UserError("is missing", where=f"{where}.{key}" if where else key, expected=f"a name ({noun})")
    if not isinstance(value[key], str):
        raise UserError(f"{value[key]!r}", where=f"{where}.{key}" if where else key, expected=f"a name ({noun})")
    return value[key], {name: one for name, one in value.items() if name != key}


@dataclass(frozen=True)
class Known:
    """Mark of a key that holds the name of a method and nothing else: `Annotated[str, Known("metrics")]`."""

    kind: str

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(self.read, handler(source))

    def read(self, name: str) -> str:
        """The name, if a method carries it; pydantic adds the key path to what is wrong."""
        try:
            refuse_unknown(self.kind, name)
        except UserError as error:
            raise _refused(error, name) from None
        return name


@dataclass(frozen=True)
class Chosen:
    """Mark of a key of a recipe that holds a method and its settings.

    `objective: Annotated[SerializeAsAny[Strict], Chosen("objectives")]` holds an instance of the chosen method's
    `Settings`, read from its name or from a mapping; an error in it carries the key path of the recipe.
    """

    kind: str

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(self.read, handler(source))

    def read(self, value: Any) -> Any:
        """The settings; pydantic adds the key path to what is wrong with them."""
        from pydantic import BaseModel

        if value is None or isinstance(value, BaseModel):
            return value
        try:
            name, values = named(self.kind, value)
            model = settings_model(self.kind, name)
        except UserError as error:
            raise _refused(error, value, KINDS[self.kind].key) from None
        return model.model_validate(_as_said(self.kind, name, values, model))

    def model_for(self, value: Any) -> "type[BaseModel] | None":
        """The model of the settings that a value of the recipe is read by; None where it names no method."""
        try:
            return settings_model(self.kind, named(self.kind, value)[0])
        except UserError:
            return None


def _refused(error: UserError, value: Any, key: str = "") -> Exception:
    """An error as pydantic wants it, with the key that names the method where there is a mapping."""
    from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

    said = PydanticCustomError("said", "{text}", {"text": str(error).removeprefix(f"{key}: ")})
    place = (key,) if isinstance(value, Mapping) else ()
    return ValidationError.from_exception_data("method", [InitErrorDetails(type=said, loc=place, input=value)])


def _as_said(kind: str, name: str, values: dict[str, Any], model: "type[BaseModel]") -> dict[str, Any]:
    """What the model of the settings reads: with the name where it has a field for it."""
    key = KINDS[kind].key
    return {key: name, **values} if key in model.model_fields else values


@cache
def _own(kind: str) -> tuple[str, ...]:
    spec = find_spec(KINDS[kind].package)
    assert spec is not None, kind
    assert spec.submodule_search_locations is not None, kind
    found = (module.name for module in pkgutil.iter_modules(spec.submodule_search_locations))
    return tuple(sorted(name for name in found if not name.startswith("_") and name != SHARED))


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
