"""The words in which a comparison speaks of a model and of a tested difference."""

from collections.abc import Mapping
from typing import Any

from maskzoo.reporting.markdown import code
from maskzoo.tasks import baselines

LEVEL = 0.05


def title_of(name: str) -> str:
    """A classical baseline's title, or a model's name as code."""
    return baselines.title_of(name) or code(name)


def judged(difference: Mapping[str, Any], *, lower_is_better: bool = False) -> str:
    """beats, loses to, or does not beat: by the corrected p-value and the sign."""
    better = (difference["value"] < 0) == lower_is_better and difference["value"] != 0
    if difference["p_holm"] >= LEVEL:
        return "does not beat"
    return "beats" if better else "loses to"
