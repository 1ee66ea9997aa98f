"""Invertible adapters: the embeddings are bent before the encoder and straightened before the output embeddings.

A coupling block after the embeddings, its inverse between the head's transform and the projection to the vocabulary,
and bottleneck adapters in the blocks. Pfeiffer et al. 2020, "MAD-X" (https://arxiv.org/abs/2005.00052), sections 3.1
and 3.3; the additive coupling is that of Dinh et al. 2015 (https://arxiv.org/abs/1410.8516). Under a head of a task
there is no projection to the vocabulary, and no inverse.
"""

from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from maskzoo.recipe.method import Method


class Settings(Method):
    """Invertible adapters around the embeddings, and bottleneck adapters in the blocks. They cannot be merged."""

    method: Literal["invertible"] = "invertible"
    bottlenecks: bool = Field(default=True, description="also after the feed-forward layer of every block")
    reduction: int = Field(default=16, ge=1, description="the hidden size over this is the bottlenecks'")
    coupling_reduction: int = Field(default=2, ge=1, description="half the hidden size over this is the coupling's")


def merges(settings: Settings) -> bool:
    """No weight of the base could hold a nonlinearity."""
    return False


def objection(model: Any, settings: Settings) -> str | None:
    """The embeddings must be cut into halves, and there must be one place where they are whole."""
    from maskzoo.adaptation.invertible.places import embedding

    if embedding(model) is None:
        return f"this {model.config.model_type} adds its positions after the last layer of its embeddings"
    if _size(model) % 2:
        return f"the hidden size {_size(model)} has no halves"
    return None


def config(model: Any, settings: Settings, *, head_is_trained: bool, prepared: Path | None = None) -> Any:
    """Its configuration for PEFT."""
    from maskzoo.adaptation.common.places import places
    from maskzoo.adaptation.invertible.places import before_projection, embedding
    from maskzoo.adaptation.invertible.tuner import InvertibleConfig

    first, last = embedding(model), before_projection(model)
    inside = places(model, ("ffn_out",)) if settings.bottlenecks else []
    return InvertibleConfig(
        modules=[name for name in (first, *inside, last) if name is not None],
        embedding=first,
        head=last,
        size=_size(model),
        reduction=settings.reduction,
        coupling_reduction=settings.coupling_reduction,
    )


def _size(model: Any) -> int:
    return int(model.get_input_embeddings().weight.shape[1])
