"""LoRA: a product of two thin matrices beside a frozen one, W + (alpha / r) B A.

Hu et al. 2022 (https://arxiv.org/abs/2106.09685), section 4. `dora` splits off the length of every row (Liu et al.
2024, https://arxiv.org/abs/2402.09353, section 4), `rslora` scales by alpha / sqrt(r) (Kalajdzievski 2023,
https://arxiv.org/abs/2312.03732). PEFT's own tuner.
"""

from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from maskzoo.recipe.method import Method, Place


class Settings(Method):
    """LoRA: a product of two thin matrices beside frozen ones; with its variants DoRA and rsLoRA."""

    method: Literal["lora"] = "lora"
    rank: int = Field(default=8, ge=1)
    alpha: float = Field(default=16, gt=0, description="the product is scaled by alpha / rank")
    dropout: float = Field(default=0, ge=0, lt=1, description="of what goes into the product")
    places: tuple[Place, ...] = Field(default=("query", "value"), min_length=1)
    dora: bool = Field(default=False, description="learn the lengths of the rows apart from their directions")
    rslora: bool = Field(default=False, description="scale by alpha / sqrt(rank) instead")


def merges(settings: Settings) -> bool:
    """The product is added to the matrix."""
    return True


def objection(model: Any, settings: Settings) -> str | None:
    """None: every architecture has these places."""
    return None


def config(model: Any, settings: Settings, *, head_is_trained: bool, prepared: Path | None = None) -> Any:
    """PEFT's `LoraConfig`."""
    from peft import LoraConfig

    from maskzoo.adaptation.common.places import pattern

    return LoraConfig(
        r=settings.rank,
        lora_alpha=settings.alpha,
        lora_dropout=settings.dropout,
        target_modules=pattern(model, settings.places),
        use_dora=settings.dora,
        use_rslora=settings.rslora,
    )
