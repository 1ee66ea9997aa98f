"""The model that a variant trains, without its weights: from the recipe, a config at hand, or shapes.yaml."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from maskzoo.bases import base_folder
from maskzoo.errors import UserError
from maskzoo.paths import Layout
from maskzoo.recipe.folders import designs_folder, zoo_folder
from maskzoo.recipe.load import read_recipe
from maskzoo.recipe.recipe import Recipe
from maskzoo.tokenization.design import read_design

SPECIAL = tuple(f"{role}_token_id" for role in ("pad", "bos", "eos", "cls", "sep", "mask"))  # ids that a config has


@dataclass(frozen=True)
class Shape:
    """A config's `model_type` and values, and where they were read."""

    architecture: str
    values: dict[str, Any]
    source: str


@cache
def published_shapes() -> dict[str, Any]:
    """shapes.yaml: configs of bases on the Hub."""
    found: dict[str, Any] = yaml.safe_load(files(__package__).joinpath("shapes.yaml").read_text(encoding="utf-8"))
    return found


def vocabulary(recipe: Recipe, name: str, layout: Layout) -> int:
    """Entries of a tokenizer of the recipe; of one that is trained or extended, as many as it may get."""
    tokenizer = recipe.tokenizers[name]
    if tokenizer.design is not None:
        file = designs_folder(recipe.folder) / f"{tokenizer.design}.yaml"
        return read_design(file, vocab_size=tokenizer.vocab_size).vocab_size
    base = tokenizer.reuse or tokenizer.extend
    assert base is not None, "the recipe was checked"
    size = int(shape(recipe, base, layout).values["vocab_size"])
    return size + (tokenizer.add if tokenizer.extend else 0)


def shape(recipe: Recipe, name: str, layout: Layout) -> Shape:
    """The shape of base `name`; `vocab_size` is the base's own, absent where the base is fresh.

    Raises:
        UserError: a Hub base whose config is neither at hand nor in shapes.yaml.
    """
    base = recipe.bases[name]
    if base.architecture is not None:
        return Shape(base.architecture, dict(base.config), "the recipe")
    if base.domain is not None and base.variant is not None:
        other = read_recipe(zoo_folder(recipe.folder) / base.domain, recipe.scale)
        variant = other.variants[base.variant]
        found = shape(other, variant.base, layout)
        size = vocabulary(other, variant.tokenizer, layout)
        return Shape(found.architecture, {**found.values, "vocab_size": size}, f"the recipe of {base.domain}")
    known = published_shapes()
    if base.hub in known:
        values = dict(known[base.hub])
        return Shape(values.pop("model_type"), values, "its config.json on the Hub, as shapes.yaml has it")
    if base.hub is not None and base.package is None:
        return _of_config(_config_file(base.hub, base.revision, f"{recipe.folder / 'domain.yaml'}: bases.{name}"))
    return _of_config(base_folder(recipe, name, layout) / "config.json")


def _config_file(hub: str, revision: str | None, where: str) -> Path:
    """config.json of a base on the Hub, from the client's cache or the network; the weights stay where they are."""
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError, OfflineModeIsEnabled

    try:
        return Path(hf_hub_download(hub, "config.json", revision=revision))
    except (LocalEntryNotFoundError, OfflineModeIsEnabled, HfHubHTTPError, OSError):
        raise UserError(
            f"cannot reach the Hub for the shape of {hub} and it is not in the local cache",
            where=where,
            expected="network, or `maskzoo fetch` run before on a machine with network",
        ) from None


def _of_config(file: Path) -> Shape:
    from maskzoo.loading import load_config

    config = load_config(file.parent)
    return Shape(config.model_type, config.to_diff_dict() | {"vocab_size": config.vocab_size}, str(file))


def empty_model(found: Shape, vocabulary: int) -> Any:
    """A `...ForMaskedLM` of that shape whose weights are not there (device meta)."""
    import torch
    from transformers import AutoConfig, AutoModelForMaskedLM

    values = {key: value for key, value in found.values.items() if key not in ("model_type", "architectures", "dtype")}
    config = AutoConfig.for_model(
        found.architecture, **{**dict.fromkeys(SPECIAL, 0), **values, "vocab_size": vocabulary}
    )
    with torch.device("meta"):
        return AutoModelForMaskedLM.from_config(config)  # type: ignore[no-untyped-call]
