"""Replaced-token detection: which tokens of a text a small generator has put there in place of others.

Clark et al. 2020, "ELECTRA: Pre-training Text Encoders as Discriminators Rather Than Generators"
(https://arxiv.org/abs/2003.10555), section 2: the generator fills the masks of masked language modeling and is trained
to; the encoder is shown what it drew and tells at every position whether the token is the original one. So it learns
from all positions, not from those that are masked. Nothing flows back from it to the generator.

The generator is as wide as the encoder and has a share of its layers, as in He et al. 2021, "DeBERTaV3"
(https://arxiv.org/abs/2111.09543), section 3; it begins as a copy of the lowest ones. There, too, section 3.3:
gradient-disentangled embeddings. Both read one table of words, which the generator alone trains; the encoder adds a
table of its own to it, which begins at zero. ELECTRA shares one table that both train.

What is released is the encoder with its head for two labels, and the generator, which fills masks, beside it; losses
under the frozen mask are the generator's.
"""

from typing import Literal

from pydantic import Field

from maskzoo.recipe.objective import ObjectiveSettings

RELEASES = "discriminator"


class Settings(ObjectiveSettings):
    """The generator, and how much the detection weighs."""

    name: Literal["rtd"] = "rtd"
    generator_size: float = Field(
        default=0.5, gt=0, le=1, description="the generator's layers as a share of the encoder's"
    )
    weight: float = Field(default=50.0, ge=0, description="of the detection's mean loss beside the generator's")
    temperature: float = Field(default=1.0, gt=0, description="of the distribution that replacements are drawn from")
    embeddings: Literal["shared", "disentangled", "separate"] = Field(
        default="shared",
        description="words: one table that both train; one that the generator trains and what the encoder adds to it "
        "(DeBERTa-v3), which must be the end of a run; or two",
    )


def must_end(settings: Settings) -> bool:
    """What the encoder adds to the table of words is put into it at the end of the run, and not before."""
    return settings.embeddings == "disentangled"
