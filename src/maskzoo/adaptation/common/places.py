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
    return models.of(model).block_names(model)


def places(model: Any, wanted: tuple[Place, ...]) -> list[str]:
    """Full names of the modules at the wanted places of every block, lowest block first.

    Raises:
        UserError: no linear layer of the encoder can be told to be at one of the places.
    """
    return models.of(model).place_names(model, wanted)


def pattern(model: Any, wanted: tuple[Place, ...]) -> str:
    """A regular expression for PEFT's `target_modules` that matches these places and no head of a task."""
    prefix = encoder_prefix(model)
    names = (re.escape(name.removeprefix(prefix)) for name in places(model, wanted))
    own = dict.fromkeys(re.sub(r"(?<=\.)\d+(?=\\\.)", r"\\d+", name) for name in names)
    return rf"(.*\.)?({'|'.join(own)})"
