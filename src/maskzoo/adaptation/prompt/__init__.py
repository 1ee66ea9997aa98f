"""Soft prompts: learned vectors before the embeddings of every text; all weights stay.

Lester et al. 2021 (https://arxiv.org/abs/2104.08691), section 2, for encoders: every token sees the prompt, the prompt
sees itself alone, and stands at position 0, so that no text loses room and texts packed into one window stay apart.
"""

from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from maskzoo import models
from maskzoo.recipe.method import Method


class Settings(Method):
    """Soft prompts: learned vectors before the embeddings of every text. They cannot be merged."""

    method: Literal["prompt"] = "prompt"
    length: int = Field(default=10, ge=1, description="vectors")


def merges(settings: Settings) -> bool:
    """No weight of the base could hold what stands before a text."""
    return False


def objection(model: Any, settings: Settings) -> str | None:
    """Some encoders do more with their embeddings than a prompt could take part in."""
    if model.base_model is model:
        return "a bare encoder has no place around it"
    if models.of(model).PROMPT:
        return None
    return (
        f"a {model.config.model_type} scales or masks its embeddings by what the tokens are, and a prompt is no token"
    )


def config(model: Any, settings: Settings, *, head_is_trained: bool, prepared: Path | None = None) -> Any:
    """Its configuration for PEFT."""
    from maskzoo.adaptation.common.places import encoder_prefix
    from maskzoo.adaptation.prompt.tuner import PromptConfig

    body = encoder_prefix(model).removesuffix(".")
    return PromptConfig(modules=[body], length=settings.length, size=int(model.get_input_embeddings().weight.shape[1]))
