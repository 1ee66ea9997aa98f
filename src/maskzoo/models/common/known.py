"""What is known of a model, a config or a model type, by the modules of architectures or by the generic one."""

from functools import cache
from typing import Any

from maskzoo import registry
from maskzoo.models.common.architecture import Architecture, value
from maskzoo.models.common.supported import REFUSED_ALWAYS, masked_language_models


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


def objection(config: Any) -> str | None:
    """Why a model of this config, or mapping of a config.json, cannot be trained here, as a predicate of it."""
    name = value(config, "model_type")
    if not isinstance(name, str) or name not in trainable() | set(REFUSED_ALWAYS):
        if value(config, "auto_map"):
            return "needs code of its own (auto_map), which is never run"
        if not name:
            return "does not say its model_type"
        return f"is a {name}, which has no masked language model in transformers"
    if value(config, "is_decoder"):
        return "is a decoder (is_decoder), whose tokens do not see what comes after them"
    return of_type(name).objection(config)


@cache
def trainable() -> frozenset[str]:
    """Model types that can be trained, a config of their kind permitting."""
    return frozenset({*masked_language_models(), *_modules()} - set(REFUSED_ALWAYS))


@cache
def _modules() -> dict[str, Any]:
    return {known: module for module in registry.load_all("models").values() for known in module.MODEL_TYPES}
