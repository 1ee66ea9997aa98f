"""IA3: keys, values and the inner activations of the feed-forward layers are scaled by learned vectors.

Liu et al. 2022 (https://arxiv.org/abs/2205.05638), section 3.3. PEFT's own tuner. ModernBERT computes queries, keys and
values by one matrix, so there the queries are scaled, too.
"""

from pathlib import Path
from typing import Any, Literal

from maskzoo.recipe.method import Method


class Settings(Method):
    """IA3: keys, values and the inner activations of the feed-forward layers are scaled by learned vectors."""

    method: Literal["ia3"] = "ia3"


def merges(settings: Settings) -> bool:
    """Rows or columns of a matrix are scaled."""
    return True


def objection(model: Any, settings: Settings) -> str | None:
    """None: every architecture has these places."""
    return None


def config(model: Any, settings: Settings, *, head_is_trained: bool, prepared: Path | None = None) -> Any:
    """PEFT's `IA3Config`."""
    from peft import IA3Config

    from maskzoo.adaptation.common.places import pattern

    return IA3Config(
        target_modules=pattern(model, ("key", "value", "ffn_out")), feedforward_modules=pattern(model, ("ffn_out",))
    )
