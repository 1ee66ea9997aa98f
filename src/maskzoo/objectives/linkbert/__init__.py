"""Masked language modeling over pairs of segments, and whether the second goes on, is linked to, or has nothing to do
with the first.

Yasunaga, Leskovec and Liang 2022, "LinkBERT" (https://arxiv.org/abs/2203.15827), section 4.2: the sum of the masked
loss and of a cross-entropy over three classes at the first token.
"""

from typing import Literal

from maskzoo.recipe.objective import ObjectiveSettings


class Settings(ObjectiveSettings):
    """Nothing can be set."""

    name: Literal["linkbert"] = "linkbert"
