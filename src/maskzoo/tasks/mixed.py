"""One loss for labelled examples and for unlabelled text of the domain, in every step of fine-tuning.

Karouzos, Paraskevopoulos and Potamianos 2021, "UDALM: Unsupervised Domain Adaptation through Language Modeling"
(https://arxiv.org/abs/2104.07078), section 3: after pretraining on the text of the domain, an encoder with two heads
learns the labels, which may be of another domain, while masked language modeling keeps it in this one,

    L = share * L_task + (1 - share) * L_mlm,    share = n / (n + m)

for n examples and m texts in a step. No label of the domain is needed to stop either: training ends when the mixed loss
of held-out examples and texts has not fallen for some epochs, and the epoch where it was lowest is kept.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from maskzoo.models.common import probabilities
from maskzoo.models.common.heads import at_places, transform
from maskzoo.recipe.finetuning import Mixed
from maskzoo.tasks.finetune_data import Encoded, logits_of, token_ids

HEAD = "text_head"
_HELD_OUT = 0.1  # of the texts
_AT_ONCE = 32


def share_of(settings: Mixed) -> float:
    """How much the task's loss weighs: n / (n + m), unless the settings say it."""
    return 1 / (1 + settings.texts) if settings.share is None else settings.share


def mixture(task: Tensor, text: Tensor, *, share: float) -> Tensor:
    """`share` of the mean loss of the task and the rest of that of the text; of 1 or 0 exactly one of them."""
    if share in (0, 1):
        return task if share else text
    return share * task + (1 - share) * text


class TextLoss:
    """Masked language modeling on texts of the domain, through the encoder of a model that is being fine-tuned."""

    def __init__(
        self, texts: Sequence[Sequence[int]], *, mask_id: int, special_ids: Sequence[int], padding: int, seed: int
    ) -> None:
        """
        Args:
            texts: ids with specials, none longer than the model reads.
            mask_id: of the tokenizer's mask.
            special_ids: never hidden.
            padding: id behind shorter texts.
            seed: of the order and of the masks.
        """
        held_out = max(1, round(_HELD_OUT * len(texts)))
        self.train, self.held_out = list(texts[held_out:]), list(texts[:held_out])
        self.mask_id, self.padding, self.seed = mask_id, padding, seed
        self.special = np.asarray(sorted({*special_ids, padding}), dtype=np.int64)
        self.model: Any = None

    def attach(self, model: Any, head: Any) -> None:
        """Let `head`, a `...ForMaskedLM`, read from the encoder of `model`; its own weights become part of `model`."""
        setattr(head, head.base_model_prefix, model.base_model)
        head.tie_weights()
        setattr(model, HEAD, head)
        self.model = model

    def detach(self) -> None:
        """Leave the model as plain as it was."""
        delattr(self.model, HEAD)

    def step(self, number: int, size: int) -> Tensor:
        """Mean loss of the texts of a step, with gradients; which ones and what is hidden follow from (seed, step)."""
        rng = np.random.default_rng((self.seed, number))
        places = rng.integers(len(self.train), size=size)
        total, predicted = self._summed([self.train[place] for place in places], rng)
        return total / max(1, predicted)

    def validation(self) -> float:
        """Mean loss of the held-out texts, always under the same masks."""
        rng = np.random.default_rng(0)
        total, predicted = 0.0, 0
        with torch.inference_mode():
            for start in range(0, len(self.held_out), _AT_ONCE):
                loss, count = self._summed(self.held_out[start : start + _AT_ONCE], rng)
                total, predicted = total + float(loss), predicted + count
        return total / max(1, predicted)

    def _summed(self, texts: Sequence[Sequence[int]], rng: np.random.Generator) -> tuple[Tensor, int]:
        """Summed loss at the hidden places, and how many there are."""
        ids, real = padded(texts, self.padding)
        shown, hidden = hide(ids, np.isin(ids, self.special) | ~real, mask_id=self.mask_id, rng=rng)
        device = self.model.device
        labels = torch.from_numpy(ids[hidden]).to(device)
        head = getattr(self.model, HEAD)
        states = self.model.base_model(
            input_ids=torch.from_numpy(shown).to(device), attention_mask=torch.from_numpy(real).long().to(device)
        ).last_hidden_state
        places = at_places(states, torch.from_numpy(hidden).to(device), len(labels))
        logits = probabilities.logits(head, transform(head, places))
        return torch.nn.functional.cross_entropy(logits.float(), labels, reduction="sum"), len(labels)


def text_loss(texts: Sequence[str], tokenizer: Any, *, limit: int, padding: int, seed: int) -> TextLoss:
    """The loss on documents of the domain, cut to what the model reads, in the tokenizer of the checkpoint."""
    ids = token_ids(texts, tokenizer, limit=limit).ids
    return TextLoss(
        ids, mask_id=tokenizer.mask_token_id, special_ids=tokenizer.all_special_ids, padding=padding, seed=seed
    )


def hide(
    ids: NDArray[np.int64], special: NDArray[np.bool_], *, mask_id: int, rng: np.random.Generator, rate: float = 0.15
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Tokens with some ordinary places filled by BERT's rule: 80 % mask, 10 % other tokens, 10 % as they were.

    The other tokens are drawn from the ordinary ones of the batch.

    Returns:
        Tokens and the places to predict, both (batch, length).
    """
    hidden = (rng.random(ids.shape) < rate) & ~special
    chance, shown = rng.random(ids.shape), ids.copy()
    shown[hidden & (chance < 0.8)] = mask_id
    replaced = hidden & (chance >= 0.8) & (chance < 0.9)
    shown[replaced] = rng.choice(ids[~special], size=int(replaced.sum())) if replaced.any() else 0
    return shown, hidden


def padded(texts: Sequence[Sequence[int]], padding: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Texts as one array and where it holds a token, both (texts, longest)."""
    lengths = np.asarray([len(text) for text in texts])
    real = np.arange(lengths.max()) < lengths[:, None]
    ids = np.full(real.shape, padding, dtype=np.int64)
    ids[real] = np.concatenate([np.asarray(text, dtype=np.int64) for text in texts])
    return ids, real


def mixed_loss(text: TextLoss, settings: Mixed, batch_size: int) -> Callable[..., Tensor]:
    """What the Trainer takes as `compute_loss_func`: the task's cross-entropy mixed with that of the step's texts."""
    share = share_of(settings)
    steps = 0

    def loss(outputs: Any, labels: Tensor, num_items_in_batch: Any = None) -> Tensor:
        nonlocal steps
        steps += 1
        task = torch.nn.functional.cross_entropy(outputs.logits.float(), labels)
        if share == 1:
            return task
        return mixture(task, text.step(steps - 1, settings.texts * batch_size), share=share)

    return loss


def validation_loss(
    model: Any, examples: Encoded, text: TextLoss, settings: Mixed, collate: Callable[..., Any], *, padding: int
) -> float:
    """The mixed loss of held-out examples and texts, by which an epoch is chosen and training ends."""
    logits = torch.from_numpy(np.stack(logits_of(model, examples, collate, padding=padding, batch_size=_AT_ONCE)))
    task = torch.nn.functional.cross_entropy(logits, torch.tensor(examples.labels))
    return float(mixture(task, torch.tensor(text.validation()), share=share_of(settings)))
