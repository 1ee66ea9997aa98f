"""What is known about architectures, one module each, and the one door through which weights are loaded.

A module says in `MODEL_TYPES` for which model types of transformers it speaks, and has a class `Architecture`, derived
from that of `maskzoo.models.common.architecture`, which says there what it must know. None needs torch before a method
is called, so that a recipe can be checked against a config.json without it.

Every other masked language model that transformers can load is served by `maskzoo.models.common.generic`, which proves
on the model at hand what it takes for granted of it.
"""

from functools import cache
from typing import Any

from maskzoo import registry
from maskzoo.models.common.architecture import Architecture, value


def of(model_or_config: Any) -> Architecture:
    """What is known about the architecture of a model, a config, or the mapping of a config.json."""
    config = getattr(model_or_config, "config", model_or_config)
    return of_type(value(config, "model_type"))


@cache
def of_type(model_type: str) -> Architecture:
    """What is known about a model type of transformers, like `deberta-v2`."""
    module = _modules().get(model_type)
    if module is None:
        from maskzoo.models.common.generic import Architecture as Generic

        return Generic(model_type)
    own: Architecture = module.Architecture(model_type)
    return own


@cache
def _modules() -> dict[str, Any]:
    return {known: module for module in registry.load_all("models").values() for known in module.MODEL_TYPES}
