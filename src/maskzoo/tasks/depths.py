"""What is trained when, and how fast, by depth: frozen blocks, block-wise learning rates, gradual unfreezing.

Howard and Ruder 2018, "ULMFiT" (https://arxiv.org/abs/1801.06146), sections 3.2 (discriminative learning rates) and 3.3
(gradual unfreezing).
"""

from typing import Any

import torch
from transformers import PreTrainedModel, TrainerCallback

from maskzoo.adaptation.common.adapter import head_names
from maskzoo.adaptation.common.places import block_names
from maskzoo.errors import UserError
from maskzoo.recipe.finetuning import Finetuning


class Depths:
    """How deep every parameter of a model lies: 0 embeddings, 1 the lowest block, up to `top`; the head above all.

    Args:
        model: a transformers model, or a module around one.
    """

    def __init__(self, model: torch.nn.Module) -> None:
        inner: Any = next(module for module in model.modules() if isinstance(module, PreTrainedModel))
        blocks = [f"{name}." for name in block_names(inner)]
        head = set(head_names(inner))
        self.top = len(blocks)
        self.of: list[tuple[int, torch.nn.Parameter]] = []
        for name, parameter in inner.named_parameters():
            plain = name.replace("base_layer.", "")
            block = next((number for number, start in enumerate(blocks, 1) if plain.startswith(start)), None)
            after = "final_norm" in plain or "emb_layer_norm_after" in plain  # norms after the last block
            depth = self.top + 1 if plain in head else self.top if after else 0 if block is None else block
            self.of.append((depth, parameter))

    def freeze(self, blocks: int, *, where: str) -> None:
        """Keep the embeddings and the lowest `blocks` blocks as they are.

        Raises:
            UserError: there are fewer.
        """
        if blocks > self.top:
            raise UserError(f"{blocks} blocks", where=where, expected=f"at most the {self.top} of this model")
        for depth, parameter in self.of:
            if blocks and depth <= blocks:
                parameter.requires_grad_(False)

    def rate(self, depth: int, decay: float) -> float:
        """Factor of the learning rate: 1 for the head and the topmost block, and `decay` times less per block below."""
        return float(decay ** max(0, self.top - depth))

    def groups(self, *, learning_rate: float, decay: float, weight_decay: float) -> list[dict[str, Any]]:
        """Parameter groups of an optimiser, a depth each, vectors apart, which are not decayed."""
        found: dict[tuple[int, bool], dict[str, Any]] = {}
        for depth, parameter in self.of:
            if parameter.requires_grad:
                matrix = parameter.ndim >= 2
                group = found.setdefault(
                    (depth, matrix),
                    {
                        "params": [],
                        "lr": learning_rate * self.rate(depth, decay),
                        "weight_decay": weight_decay if matrix else 0.0,
                    },
                )
                group["params"].append(parameter)
        return list(found.values())


class Unfreeze(TrainerCallback):
    """The head alone for `head_epochs`; then everything, or from the top a block more every `every` epochs.

    With `every`, the embeddings come last, after the lowest block.
    """

    def __init__(self, depths: Depths, *, head_epochs: int, every: int | None) -> None:
        self.depths, self.head_epochs, self.every = depths, head_epochs, every
        self.trained = [(depth, parameter) for depth, parameter in depths.of if parameter.requires_grad]

    def lowest(self, epoch: int) -> int:
        """The depth from which on an epoch (from 0) trains."""
        if epoch < self.head_epochs:
            return self.depths.top + 1
        if self.every is None:
            return 0
        return max(0, self.depths.top - (epoch - self.head_epochs) // self.every)

    def on_epoch_begin(self, args: Any, state: Any, control: Any, **context: Any) -> None:
        """Freeze and thaw; what is frozen gets no gradient, no step and no decay."""
        lowest = self.lowest(round(state.epoch or 0))
        for depth, parameter in self.trained:
            parameter.requires_grad_(depth >= lowest)

    def on_train_end(self, args: Any, state: Any, control: Any, **context: Any) -> None:
        """As it was."""
        for _, parameter in self.trained:
            parameter.requires_grad_(True)


def optimiser(depths: Depths, settings: Finetuning, learning_rate: float) -> torch.optim.Optimizer | None:
    """AdamW with a learning rate a block; None where all have the same, and the Trainer makes its own."""
    if settings.layer_decay is None:
        return None
    groups = depths.groups(learning_rate=learning_rate, decay=settings.layer_decay, weight_decay=settings.weight_decay)
    return torch.optim.AdamW(groups, lr=learning_rate)
