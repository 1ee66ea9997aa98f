"""The loss of a causal language model, summed over all places that have a next token in their document."""

import numpy as np

from maskzoo.masking.common.masker import Masker
from maskzoo.objectives.common.batch import TrainingBatch
from maskzoo.objectives.mlm import objective as mlm
from maskzoo.tokenization.windows import Batch, Targets


class Objective(mlm.Objective):
    """Masked language modeling's loss with attention that looks back only and labels that stand one place further."""

    causal = True

    def draw(self, masker: Masker, *, seed: int, step: int, size: int, done: float = 0.0) -> TrainingBatch:
        """Every position that has a next token; no masking policy is asked."""
        assert self.context.data is not None
        windows = self.context.data.train.batch(seed=seed, step=step, size=size)
        return TrainingBatch(windows, targets(windows), done=done)


def targets(batch: Batch) -> Targets:
    """The next token of every place; the last of a document, or of the window, has none."""
    following = np.zeros_like(batch.ids)
    following[:, :-1] = batch.ids[:, 1:]
    has_next = np.zeros_like(batch.special)
    has_next[:, :-1] = batch.documents[:, 1:] == batch.documents[:, :-1]
    return Targets(ids=batch.ids, predicted=has_next, labels=following)
