"""Masked language modeling with targets that the model itself softens, by what it says with everything in sight.

Zhong et al. 2023, "Self-Evolution Learning for Discriminative Language Model Pretraining"
(https://arxiv.org/abs/2305.15275), section 3.3: the target at a predicted position is (1 - smoothing) times the
original token plus `smoothing` times the model's own distribution there for the unmasked text, in evaluation mode and
without a gradient. Goes with the masking policy of the same name, and with any other.
"""

from typing import Literal

from pydantic import Field

from maskzoo.recipe.objective import ObjectiveSettings


class Settings(ObjectiveSettings):
    """How much of a target is the model's own."""

    name: Literal["self_evolution"] = "self_evolution"
    smoothing: float = Field(default=0.1, ge=0, lt=1, description="weight of the model's own distribution in a target")
