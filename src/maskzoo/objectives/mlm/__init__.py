"""Masked language modeling: the original token at every predicted position.

Devlin et al. 2019, "BERT" (https://arxiv.org/abs/1810.04805), section 3.1, task 1. Exactly the loss of
`...ForMaskedLM`, but the head and most of the last layer see only the predicted positions, a seventh of the work where
15 % are predicted.
"""

from typing import Literal

from maskzoo.recipe.objective import ObjectiveSettings


class Settings(ObjectiveSettings):
    """Nothing can be set."""

    name: Literal["mlm"] = "mlm"
