"""BitFit: only the biases are trained.

Ben Zaken, Goldberg and Ravfogel 2022 (https://arxiv.org/abs/2106.10199), section 3. Gains of norms stay frozen. A bias
that belongs to no layer of its own (the output bias of ESM and of DeBERTa's newer head) stays frozen, too.
"""

from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from maskzoo.recipe.method import Method, Place


class Settings(Method):
    """BitFit: only the biases are trained."""

    method: Literal["bitfit"] = "bitfit"
    places: tuple[Place, ...] | None = Field(
        default=None, min_length=1, description="the biases of these alone; none: all, also those of norms and head"
    )


def merges(settings: Settings) -> bool:
    """Biases take the place of biases."""
    return True


def objection(model: Any, settings: Settings) -> str | None:
    """A model whose encoder has no biases has nothing to train."""
    if names(model, settings, head_is_trained=True):
        return None
    wanted = "" if settings.places is None else f" at {', '.join(settings.places)}"
    return f"the encoder of this {model.config.model_type} has no biases{wanted}, and BitFit trains nothing else"


def names(model: Any, settings: Settings, *, head_is_trained: bool) -> list[str]:
    """Full names of the modules whose biases are trained."""
    from maskzoo.adaptation.common.places import encoder_prefix, places

    prefix = encoder_prefix(model) if head_is_trained or settings.places else ""
    wanted = None if settings.places is None else set(places(model, settings.places))
    return [
        name
        for name, module in model.named_modules()
        if name.startswith(prefix)
        and not any(module.children())
        and getattr(module, "_parameters", {}).get("bias") is not None
        and (wanted is None or name in wanted)
    ]


def config(model: Any, settings: Settings, *, head_is_trained: bool, prepared: Path | None = None) -> Any:
    """Its configuration for PEFT."""
    from maskzoo.adaptation.bitfit.tuner import BitFitConfig

    return BitFitConfig(modules=names(model, settings, head_is_trained=head_is_trained))
