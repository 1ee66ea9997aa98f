"""Causal, masked, causal, masked: short causal blocks before and in a long masked one, at one learning-rate curve.

Yu et al. 2024, "AntLM: Bridging Causal and Masked Language Models" (https://arxiv.org/abs/2412.03275): 6 epochs causal,
60 masked and 6 causal for an encoder. What is released here is an encoder, so a tenth of the masked block is moved to
the end.
"""

from maskzoo.objectives import clm, mlm
from maskzoo.recipe.training import Phase

PHASES = (
    Phase(share=6, objective=clm.Settings()),
    Phase(share=54, objective=mlm.Settings()),
    Phase(share=6, objective=clm.Settings()),
    Phase(share=6, objective=mlm.Settings()),
)
