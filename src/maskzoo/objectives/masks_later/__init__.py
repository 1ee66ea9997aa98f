"""Masked language modeling in which the masks join only the upper layers: the lower ones see what is left of a text.

Liao et al. 2022, "Mask More and Mask Later: Efficient Pre-training of Masked Language Models by Disentangling the
[MASK] Token" (https://arxiv.org/abs/2211.04898): at a masking rate of 50 % the lower layers see half of the tokens. A
position that shows the mask is left out, every other one keeps its place and sees the others of its document; below the
top sixth of the layers (the last one of six, the last two of twelve) the masks are put back as their embeddings, and
from there on all is as ever. There the paper adds a decoder of two layers that is dropped afterwards; here the top
layers of the encoder are that decoder, so nothing has to be dropped or added.

What is released has never seen a mask in its lower layers: let a phase of `mlm` follow, as the schedule
`masks_later_then_mlm` does, before masks are to be filled. Losses under the frozen mask are always those of the plain
model. Not for DeBERTa, whose layers look at distances between neighbours, and not beside soft prompts.
"""

from typing import Literal

from maskzoo.recipe.objective import ObjectiveSettings


class Settings(ObjectiveSettings):
    """Nothing can be set."""

    name: Literal["masks_later"] = "masks_later"
