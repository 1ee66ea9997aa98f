"""What configs of bases show before any job starts: in folders, in the Hub's cache, in packages, and fresh ones."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from maskzoo import checkpoint_files, registry
from maskzoo.recipe.recipe import Recipe
from maskzoo.recipe.training import Base


def check_configs(recipe: Recipe, file: Path) -> None:
    """Refuse every base whose config is at hand and shows that it cannot be trained as the variants want it.

    A Hub base that is not in the cache is left for the stage that fetches it.

    Raises:
        UserError: an architecture that cannot be trained, too few positions, pickled weights alone.
    """
    for name, base in recipe.bases.items():
        found = _config(base, f"{file}: bases.{name}")
        if found is None:
            continue
        values, named = found
        lengths = {
            f"{file}: variants.{key}.training.sequence_length": variant.training.sequence_length
            for key, variant in recipe.variants.items()
            if _root(recipe, variant.base) == name
        }
        extended = [key for key, tokenizer in recipe.tokenizers.items() if tokenizer.extend == name]
        registry.package("models").refuse(
            values,
            named=named,
            where=f"{file}: bases.{name}",
            lengths=lengths,
            extended=f"{file}: tokenizers.{extended[0]}.extend" if extended else None,
        )


def _config(base: Base, where: str) -> tuple[Mapping[str, Any], str] | None:
    """Values of a base's config and what it is called in a sentence; None where the config is not at hand."""
    if base.architecture is not None:
        return _fresh(base), f"this {base.architecture}"
    if base.folder is not None:
        values = checkpoint_files.read_config(Path(base.folder), where=where)
        checkpoint_files.check_weights(Path(base.folder), where=where)
        return values, base.folder
    if base.hub is not None:
        folder = _cached(base.hub, base.revision) or (installed_folder(base.package) if base.package else None)
        return None if folder is None else (checkpoint_files.read_config(folder, where=where), base.hub)
    return None


def _fresh(base: Base) -> dict[str, Any]:
    """What a fresh config says itself; positions that it leaves open are made to fit, ids are the tokenizer's."""
    values = {"model_type": base.architecture, "pad_token_id": 0, **base.config}
    return values if "max_position_embeddings" in values else {**values, "max_position_embeddings": 1 << 30}


def _cached(hub: str, revision: str | None) -> Path | None:
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(hub, "config.json", revision=revision)
    return Path(found).parent if isinstance(found, str) else None


def installed_folder(package: str) -> Path | None:
    """The folder below an installed package that holds config.json and safetensors weights."""
    from importlib.util import find_spec

    spec = find_spec(package)
    for root in spec.submodule_search_locations or () if spec else ():
        for config in sorted(Path(root).rglob("config.json")):
            if any(config.parent.glob("*.safetensors")):
                return config.parent
    return None


def _root(recipe: Recipe, name: str) -> str:
    """The base that a base of this domain's own variants goes back to."""
    seen = set()
    while name not in seen:
        seen.add(name)
        base = recipe.bases[name]
        if base.variant is None or base.domain not in (None, recipe.name):
            return name
        name = recipe.variants[base.variant].base if base.variant in recipe.variants else name
    return name
