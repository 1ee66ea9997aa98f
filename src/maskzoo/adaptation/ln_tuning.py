"""LN tuning: only gains and biases of the layer norms are trained.

Zhao et al. 2023 (https://arxiv.org/abs/2312.11420). PEFT's own tuner.
"""

import re
from pathlib import Path
from typing import Any, Literal

from maskzoo.recipe.method import Method


class Settings(Method):
    """LN tuning: only gains and biases of the layer norms are trained."""

    method: Literal["ln_tuning"] = "ln_tuning"


def merges(settings: Settings) -> bool:
    """Norms take the place of norms."""
    return True


def objection(model: Any, settings: Settings) -> str | None:
    """A model without layer norms has nothing to train."""
    if names(model, head_is_trained=True):
        return None
    return f"the encoder of this {model.config.model_type} has no layer norms"


def names(model: Any, *, head_is_trained: bool) -> list[str]:
    """Full names of the layer norms that are trained."""
    from torch.nn import LayerNorm

    from maskzoo.adaptation.common.places import encoder_prefix

    prefix = encoder_prefix(model) if head_is_trained else ""
    return [name for name, one in model.named_modules() if isinstance(one, LayerNorm) and name.startswith(prefix)]


def config(model: Any, settings: Settings, *, head_is_trained: bool, prepared: Path | None = None) -> Any:
    """PEFT's `LNTuningConfig`."""
    from peft import LNTuningConfig

    return LNTuningConfig(target_modules="|".join(map(re.escape, names(model, head_is_trained=head_is_trained))))
