"""Causal language modeling: every token from those before it in its document, with the encoder's own weights and head.

The attention mask becomes triangular and the label of a place is the token after it; nothing is hidden. Radford et al.
2018, "Improving Language Understanding by Generative Pre-Training", section 3.1; as a phase of an encoder's training:
AntLM (https://arxiv.org/abs/2412.03275), section 3.
"""

import numpy as np

from maskzoo.objectives import mlm
from maskzoo.tokenization.windows import Batch, Targets


class Objective(mlm.Objective):
    """The loss of a causal language model, summed over all places that have a next token in their document."""

    causal = True


def targets(batch: Batch) -> Targets:
    """The next token of every place; the last of a document, or of the window, has none."""
    following = np.zeros_like(batch.ids)
    following[:, :-1] = batch.ids[:, 1:]
    has_next = np.zeros_like(batch.special)
    has_next[:, :-1] = batch.documents[:, 1:] == batch.documents[:, :-1]
    return Targets(ids=batch.ids, hidden=has_next, wanted=following)
