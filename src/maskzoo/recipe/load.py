"""Reading `domain.yaml`: overlay the scale, validate, and turn whatever is wrong into one sentence."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

from maskzoo.errors import UserError, unknown_name
from maskzoo.recipe.checks import check_bases, check_finetuning, check_names, check_sources
from maskzoo.recipe.folders import domain_name, domains, groups, zoo_folder
from maskzoo.recipe.layers import Layer, located, roots_and_scales
from maskzoo.recipe.masking import Masking
from maskzoo.recipe.masking_checks import check_masking
from maskzoo.recipe.probe import read_suites
from maskzoo.recipe.probe_checks import check_probes
from maskzoo.recipe.recipe import Recipe
from maskzoo.validation import validated

DEFAULTS = {"training": "variants", "masking": "variants", "finetuning": "tasks"}  # root key -> what it is merged into


def read_recipe(
    folder: Path,
    scale: str = "demo",
    *,
    altered: Callable[[dict[str, Any]], dict[str, Any]] | None = None,
    finetuned_on: Collection[str] | None = None,
) -> Recipe:
    """The recipe in `folder/domain.yaml` at `scale`.

    Args:
        altered: given what the layers came to, before it is validated, returns what is read instead.
        finetuned_on: tasks that its variants must be able to be fine-tuned on (default: all).

    Raises:
        UserError: names file, key path, value, what was expected and the nearest valid name.
    """
    file = folder / "domain.yaml"
    layers = _layers(folder, scale)
    try:
        raw = _overlaid(layers, file)
        recipe = _validated(altered(raw) if altered else raw, folder, scale)
        check_names(recipe, file)
        check_finetuning(recipe, file, recipe.tasks if finetuned_on is None else finetuned_on)
        check_masking(recipe, file)
        check_sources(recipe, file)
        check_probes(recipe, file)
        check_bases(recipe, file)
        _check_ancestors(recipe, file)
        against(recipe)
    except UserError as error:
        raise located(error, file, layers) from None
    return recipe


def scales(folder: Path) -> list[str]:
    """Names of the scales that a domain defines.

    Raises:
        UserError: no such domain, or a domain.yaml without scales.
    """
    return list(roots_and_scales(folder)[1])


def against(recipe: Recipe) -> list[str]:
    """The other domains whose tasks are kept out of a recipe's corpus: those named, and the members of groups named.

    Raises:
        UserError: there is no such domain or group.
    """
    settings = recipe.corpus.decontamination
    if settings is None or not settings.against:
        return []
    names = domains(zoo_folder(recipe.folder))
    known = {**{name: [name] for name in names}, **groups(names)}
    found: dict[str, None] = {}
    for name in settings.against:
        if name not in known:
            where = f"{recipe.folder / 'domain.yaml'}: corpus.decontamination.against"
            raise unknown_name("domain", name, known, where=where)
        found |= dict.fromkeys(known[name])
    return [name for name in found if name != recipe.name]


def _validated(raw: dict[str, Any], folder: Path, scale: str) -> Recipe:
    for base in raw["bases"].values() if isinstance(raw.get("bases"), dict) else ():
        if isinstance(base, dict) and "variant" in base:  # one of this domain, where no other is named
            base.setdefault("domain", domain_name(folder))
    raw = {**raw, "probes": read_suites(raw.get("probes"), folder, file=folder / "domain.yaml")}
    filled_in = {"name": domain_name(folder), "scale": scale, "folder": folder}
    return validated(Recipe, raw, where=str(folder / "domain.yaml"), filled_in=filled_in)


def _layers(folder: Path, scale: str) -> list[Layer]:
    """What is laid over one another for a scale, lowest first."""
    roots, overlays = roots_and_scales(folder)
    if scale not in overlays:
        raise unknown_name("scale", scale, overlays, where=f"{folder / 'domain.yaml'}: scales")
    return [*roots, *overlays[scale]]


def _overlaid(layers: Sequence[Layer], file: Path) -> dict[str, Any]:
    for layer in layers:
        for reserved in ("name", "scale", "folder"):
            if reserved in layer.keys:
                hint = "it is filled in from the folder"
                raise UserError(f"unknown key {reserved!r}", where=layer.where, hint=hint)
    merged = layers[0].keys
    for layer in layers[1:]:
        merged = merge(merged, layer.keys)
    for key, parents in DEFAULTS.items():
        default = merged.pop(key, None)
        if not isinstance(default, dict | None):
            raise _no_mapping(default, f"{file}: {key}")
        children = merged.get(parents)
        for child in children.values() if default and isinstance(children, dict) else ():
            if isinstance(child, dict) and isinstance(child.get(key), dict | None):
                own = child.get(key) or {}
                child[key] = merge(_of_another_policy(default, own) if key == "masking" else default, own)
    corpus, tasks = merged.get("corpus"), merged.get("tasks")
    if isinstance(corpus, dict) and "material" in corpus and isinstance(tasks, dict):
        for task in tasks.values():
            if isinstance(task, dict):
                task.setdefault("material", corpus["material"])
    return dict(merged)


def _of_another_policy(default: Any, own: dict[str, Any]) -> Any:
    """The default masking for a variant: of another policy than the default's, its own settings say nothing."""
    if own.get("policy", default.get("policy")) == default.get("policy"):
        return default
    return {key: value for key, value in default.items() if key in Masking.model_fields}


def _no_mapping(value: Any, where: str) -> UserError:
    return UserError(f"{value!r} is no mapping", where=where, expected="keys and values")


def merge(under: Any, over: Any) -> Any:
    """Deep-merge two trees of mappings: `over` wins, lists are replaced, a null removes the key."""
    if not isinstance(under, dict) or not isinstance(over, dict):
        return over
    merged = {key: value for key, value in under.items() if not (key in over and over[key] is None)}
    for key, value in over.items():
        if value is not None:
            merged[key] = merge(merged[key], value) if key in merged else merge({}, value)
    return merged


def _check_ancestors(recipe: Recipe, file: Path) -> None:
    """Variants of other domains that models start from must be there at this scale, and none may start from itself."""
    for name, base in recipe.bases.items():
        where = f"{file}: bases.{name}.variant"
        step: tuple[Any, Any] = base.domain, base.variant
        seen: list[tuple[Any, Any]] = []
        while step[0] is not None:
            domain, variant = step
            if step in seen:
                raise UserError(f"{variant!r} of {domain!r} starts, in the end, from itself", where=where)
            seen.append(step)
            parent_folder = recipe.folder if domain == recipe.name else zoo_folder(recipe.folder) / domain
            raw = _overlaid(_layers(parent_folder, recipe.scale), parent_folder / "domain.yaml")
            bases, variants = raw.get("bases"), raw.get("variants")
            if not isinstance(bases, dict) or not isinstance(variants, dict):
                break  # wrong, and refused with its own words when that domain is read
            if variant not in variants:
                raise unknown_name("variant", str(variant), map(str, variants), where=where)
            used = variants[variant].get("base") if isinstance(variants[variant], dict) else None
            parent = bases.get(used)
            step = (None, None)
            if isinstance(parent, dict) and "variant" in parent:
                step = parent.get("domain", domain), parent["variant"]
