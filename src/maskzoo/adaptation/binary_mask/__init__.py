"""Binary masks: the weights stay, and one learned bit says of each whether it counts.

Zhao et al. 2020 (https://arxiv.org/abs/2004.12406), section 3: W * [m > tau], with the gradient of the bits handed to
the real scores m as it is. Saved as one bit a weight.
"""

from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from maskzoo.recipe.method import Method, Place

ALL: tuple[Place, ...] = ("query", "key", "value", "attention_output", "ffn_in", "ffn_out")


class Settings(Method):
    """Binary masks: one learned bit a weight says whether it counts. What it starts from is not quite the base."""

    method: Literal["binary_mask"] = "binary_mask"
    places: tuple[Place, ...] = Field(default=ALL, min_length=1)
    sparsity: float = Field(default=0.05, gt=0, lt=1, description="share of the weights that are off at first")
    threshold: float = Field(default=0.01, description="of the scores; a weight whose score is above it is on")


def merges(settings: Settings) -> bool:
    """What is off becomes zero."""
    return True


def objection(model: Any, settings: Settings) -> str | None:
    """None: every architecture has these places."""
    return None


def config(model: Any, settings: Settings, *, head_is_trained: bool, prepared: Path | None = None) -> Any:
    """Its configuration for PEFT."""
    from maskzoo.adaptation.binary_mask.tuner import BinaryMaskConfig
    from maskzoo.adaptation.common.places import places

    return BinaryMaskConfig(
        modules=places(model, settings.places), sparsity=settings.sparsity, threshold=settings.threshold
    )
