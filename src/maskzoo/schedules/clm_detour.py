"""A causal detour in continued pretraining: ten elevenths of the budget predict the next token, the rest is masked.

https://arxiv.org/abs/2605.12438 (2026), as the card of its biomedical ModernBERT tells: the learning rate stays at its
peak while attention is causal, and falls to a tenth of it by 1 - sqrt(progress) in the masked phase, with which
the model becomes an encoder again. `freeze_layers` in the first phase re-runs its ablation: with the lower layers
frozen the gain is gone.
"""

from maskzoo.objectives import clm, mlm
from maskzoo.recipe.training import Curve, Phase

PHASES = (
    Phase(share=10, objective=clm.Settings(), curve=Curve(warmup=0.06)),
    Phase(share=1, objective=mlm.Settings(), curve=Curve(decay=1.0, shape="sqrt", floor=0.1)),
)
