"""Whether what was saved is what was trained: read again, it answers a fixed batch as the model in memory does."""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from maskzoo import models
from maskzoo.errors import UserError

TEXTS, LENGTH = 4, 32
CLOSE = 1e-4  # of the largest logit: sums of a merged weight, or of another library's layers, round otherwise


def fixed_batch(model: Any) -> Tensor:
    """Ids from all over the vocabulary, the last ones too, (texts, length): always the same for a shape of model."""
    length = max(1, min(LENGTH, models.of(model).longest_sequence(model.config)))
    words = model.get_input_embeddings().weight.shape[0]
    return torch.linspace(0, words - 1, TEXTS * length).long().view(TEXTS, length)


def answers(model: Any, ids: Tensor) -> Tensor:
    """Logits, or the last states of an encoder without a head, in evaluation mode; the mode is what it was, after."""
    training = model.training
    model.eval()
    device = next(model.parameters()).device
    with torch.no_grad():
        ids = ids.to(device)
        found = model(input_ids=ids, attention_mask=torch.ones_like(ids))
    model.train(training)
    seen: Tensor = found.logits if "logits" in found else found.last_hidden_state
    return seen.float().cpu()


def same(found: Tensor, wanted: Tensor) -> bool:
    """Whether two models answer alike; one that is broken is like none."""
    if found.shape != wanted.shape or not bool(found.isfinite().all()):
        return False
    return float((found - wanted).abs().max()) <= CLOSE * float(wanted.abs().max())


def check_same(found: Tensor, wanted: Tensor, folder: Path, *, how: str) -> None:
    """Refuse to call something done that is read back as something else.

    Args:
        how: by what it was read.

    Raises:
        UserError: the answers differ; says by how much.
    """
    if same(found, wanted):
        return
    if found.shape == wanted.shape:
        what = f"its answers differ by up to {float((found - wanted).abs().max()):.3g}"
    else:
        what = f"its answers have the shape {tuple(found.shape)} and not {tuple(wanted.shape)}"
    raise UserError(
        f"what was saved is not what was trained: read back by {how}, {what}",
        where=str(folder),
        hint="the run is not done; its checkpoints are kept",
    )


def check_model(model: Any, folder: Path) -> None:
    """Read back the folder that `model` was saved to.

    Raises:
        UserError: it cannot be loaded, lacks weights, or answers otherwise.
    """
    from maskzoo.loading import load_model

    again, report = load_model(type(model), folder)
    lacking = sorted(map(str, (*report["missing_keys"], *report["renamed_keys"], *report["mismatched_keys"])))
    if lacking:
        raise UserError(f"what was saved lacks {lacking[0]}", where=str(folder))
    ids = fixed_batch(model)
    check_same(answers(again.to(model.device), ids), answers(model, ids), folder, how="transformers")
