"""A quarter of the budget as a causal language model, the rest as a masked one, at one learning-rate curve.

Gisserot-Boukhlef et al. 2025, "Should We Still Pretrain Encoders with Masked Language Modeling?"
(https://arxiv.org/abs/2507.00994), section 4: from scratch and at a fixed budget, both together are better than either
alone. Shares of 25, 50 and 75 % were tried there; other shares are a list of two phases in the recipe.
"""

from maskzoo.objectives import clm, mlm
from maskzoo.recipe.training import Phase

PHASES = (Phase(share=1, objective=clm.Settings()), Phase(share=3, objective=mlm.Settings()))
