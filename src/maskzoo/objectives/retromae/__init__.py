"""The first token's state as the only thing from which one weak layer must rebuild a whole text.

Xiao et al. 2022, "RetroMAE: Pre-Training Retrieval-oriented Language Models Via Masked Auto-Encoder"
(https://arxiv.org/abs/2205.12035), sections 3.1 to 3.3: masked language modeling on texts of which 15 to 30 % are
masked, and beside it a decoder of one layer. It asks at every position with nothing but the position and the state of
[CLS], sees the clean tokens of the text but for half of them, another half at every position, and never the token that
it is asked for. So the state of [CLS] becomes an embedding of the text, and is used as it is, without a pooler.

Every window is one text. The sum of the two losses, each a mean over its own positions, is minimised.
"""

from typing import Literal

from pydantic import Field

from maskzoo.masking.common.table import Table
from maskzoo.masking.common.words import Words
from maskzoo.recipe.objective import ObjectiveSettings


class Settings(ObjectiveSettings):
    """What the decoder sees of a text. The variant's masking is the encoder's; the paper has 30 % of whole words."""

    name: Literal["retromae"] = "retromae"
    decoder_rate: float = Field(default=0.5, gt=0, lt=1, description="share of the tokens that a position does not see")
    decoder_masks: int = Field(default=256, ge=1, description="as many different ones a text, at most")
    unit: Literal["token", "word"] = Field(
        default="token", description="word: whole words are unseen together, as in the paper; for what has words"
    )


def tables(settings: Settings) -> tuple[Table, ...]:
    """Where words begin, where words are unseen as a whole."""
    return (Words(),) if settings.unit == "word" else ()
