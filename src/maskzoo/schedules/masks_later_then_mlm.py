"""Four fifths of the budget with masks in the upper layers only, the rest as plain masked language modeling.

The first phase is cheaper a step (`maskzoo.objectives.masks_later`), the second teaches the lower layers what a mask
is, so that the released encoder can fill one. Liao et al. 2022 (https://arxiv.org/abs/2211.04898) drop their decoder
instead; the shares are this project's.
"""

from maskzoo.objectives import masks_later, mlm
from maskzoo.recipe.training import Phase

PHASES = (Phase(share=4, objective=masks_later.Settings()), Phase(share=1, objective=mlm.Settings()))
