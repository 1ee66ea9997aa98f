"""Where things are in a model: blocks, and in a block the projections of attention and feed-forward."""

import re
from typing import Any

from maskzoo import models
from maskzoo.recipe.method import Place


def encoder_prefix(model: Any) -> str:
    """`bert.` and the like: what names of the encoder's modules begin with; nothing where the model is the encoder."""
    return models.of(model).prefix(model)


def block_names(model: Any) -> list[str]:
    """Names of the encoder's blocks, lowest first."""
    path = models.of(model).blocks(model)
    return [f"{path}.{number}" for number in range(len(model.get_submodule(path)))]


def places(model: Any, wanted: tuple[Place, ...]) -> list[str]:
    """Full names of the modules at the wanted places of every block, lowest block first."""
    inside = models.of(model).places(model)
    own = dict.fromkeys(inside[place] for place in wanted)
    return [f"{block}.{name}" for block in block_names(model) for name in own]


def pattern(model: Any, wanted: tuple[Place, ...]) -> str:
    """A regular expression for PEFT's `target_modules` that matches these places and no head of a task."""
    inside = models.of(model).places(model)
    container = models.of(model).blocks(model).removeprefix(encoder_prefix(model))
    own = "|".join(re.escape(name) for name in dict.fromkeys(inside[place] for place in wanted))
    return rf"(.*\.)?{re.escape(container)}\.\d+\.({own})"
