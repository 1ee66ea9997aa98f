"""Bottleneck adapters: small networks between the frozen layers.

`houlsby`: after the attention's and after the feed-forward's projection, before what went round them is added (Houlsby
et al. 2019, https://arxiv.org/abs/1902.00751, section 2.1). `pfeiffer`: after the feed-forward's alone (Pfeiffer et al.
2021, https://arxiv.org/abs/2005.00247). `parallel`: beside the feed-forward layer, from its input to its output, scaled
(He et al. 2022, https://arxiv.org/abs/2110.04366, section 4.6).
"""

from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from maskzoo.recipe.method import Method, Place

PLACES: dict[str, tuple[Place, ...]] = {
    "houlsby": ("attention_output", "ffn_out"),
    "pfeiffer": ("ffn_out",),
    "parallel": ("ffn_in", "ffn_out"),
}


class Settings(Method):
    """Bottleneck adapters: small networks between the frozen layers. They cannot be merged into the base."""

    method: Literal["bottleneck"] = "bottleneck"
    placement: Literal["pfeiffer", "houlsby", "parallel"] = Field(
        default="pfeiffer",
        description="after the feed-forward layer; after that and the attention; or beside the feed-forward layer",
    )
    reduction: int = Field(default=16, ge=1, description="the hidden size over this is the bottleneck's")
    scale: float = Field(default=1.0, gt=0, description="of what is added")


def merges(settings: Settings) -> bool:
    """No weight of the base could hold a nonlinearity."""
    return False


def objection(model: Any, settings: Settings) -> str | None:
    """None: every architecture has these places."""
    return None


def config(model: Any, settings: Settings, *, head_is_trained: bool, prepared: Path | None = None) -> Any:
    """Its configuration for PEFT."""
    from maskzoo.adaptation.bottleneck.tuner import BottleneckConfig
    from maskzoo.adaptation.common.places import places

    return BottleneckConfig(
        modules=places(model, PLACES[settings.placement]),
        reduction=settings.reduction,
        scale=settings.scale,
        listening=places(model, ("ffn_in",)) if settings.placement == "parallel" else [],
    )
