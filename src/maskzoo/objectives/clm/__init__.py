"""Causal language modeling: every token from those before it in its document, with the encoder's own weights and head.

The attention mask becomes triangular and the label of a place is the token after it; nothing is masked. Radford et al.
2018, "Improving Language Understanding by Generative Pre-Training", section 3.1; as a phase of an encoder's training:
AntLM (https://arxiv.org/abs/2412.03275), section 3.
"""

from typing import Literal

from maskzoo.recipe.objective import ObjectiveSettings


class Settings(ObjectiveSettings):
    """Nothing can be set."""

    name: Literal["clm"] = "clm"
