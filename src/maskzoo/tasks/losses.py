"""Losses of fine-tuning that models do not bring: what the Trainer takes as `compute_loss_func`."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from maskzoo.tasks.finetune_data import IGNORED

Loss = Callable[..., torch.Tensor]


def class_loss(labels: Sequence[Any], classes: int, *, balanced: bool, smoothing: float = 0.0) -> Loss:
    """Cross-entropy in which classes may weigh the same together, and the right one may be asked for less than wholly.

    Balanced, class c weighs n / (classes * n_c): the weights' mean over the training labels is one, and a class without
    a training label weighs nothing. Smoothed by e, the target is (1 - e) onehot + e / classes (Szegedy et al. 2016,
    https://arxiv.org/abs/1512.00567, section 7).

    Args:
        labels: classes of the training examples, or of their tokens.
    """
    weights = np.ones(classes)
    if balanced:
        flat = np.concatenate([np.atleast_1d(row) for row in labels])
        counts = np.bincount(flat[flat != IGNORED], minlength=classes)
        weights = np.divide(counts.sum(), (counts > 0).sum() * counts, out=np.zeros(len(counts)), where=counts > 0)

    def loss(outputs: Any, labels: torch.Tensor, num_items_in_batch: Any = None) -> torch.Tensor:
        logits = outputs.logits.flatten(end_dim=-2)
        weight = torch.as_tensor(weights, dtype=torch.float32, device=logits.device)
        total = torch.nn.functional.cross_entropy(
            logits.float(),
            labels.flatten(),
            weight,
            ignore_index=IGNORED,
            reduction="sum",
            label_smoothing=smoothing,
        )
        return total / (labels != IGNORED).sum() if num_items_in_batch is None else total / num_items_in_batch

    return loss


def masked_binary_loss(outputs: Any, labels: torch.Tensor, num_items_in_batch: Any = None) -> torch.Tensor:
    """Mean binary cross-entropy over the labels that are known; an unknown one has no gradient at all.

    Args:
        outputs: with `logits` (batch, labels).
        labels: (batch, labels) of 0, 1 and NaN where missing.
    """
    known = ~labels.isnan()
    each = torch.nn.functional.binary_cross_entropy_with_logits(
        outputs.logits.float(), labels.nan_to_num(0.0), reduction="none"
    )
    return torch.where(known, each, 0.0).sum() / known.sum().clamp(min=1)


def bounded_squared_loss(outputs: Any, labels: torch.Tensor, num_items_in_batch: Any = None) -> torch.Tensor:
    """Mean squared error over the values that are known; a bound costs only where the answer is on its wrong side.

    So O'Donnell et al. 2020 (MHCflurry 2.0) train on affinities measured only as a bound.

    Args:
        outputs: with `logits` (batch, targets).
        labels: (batch, 2, targets): values, NaN where missing; and -1 where the true value is at most the given one,
            1 where it is at least that, 0 where it is exact.
    """
    values, sides = labels[:, 0], labels[:, 1]
    known = ~values.isnan()
    gap = outputs.logits.float() - values.nan_to_num(0.0)
    wrong = (sides == 0) | ((sides < 0) & (gap > 0)) | ((sides > 0) & (gap < 0))
    return torch.where(known & wrong, gap.square(), 0.0).sum() / known.sum().clamp(min=1)
