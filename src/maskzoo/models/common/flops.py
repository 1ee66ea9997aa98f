"""Floating-point operations of a training step, by a formula of what is computed.

A matrix of `m x n` costs `2 m n` for every row that goes through it forwards, as much again for the gradient of its
input, and as much for its own gradient. So for `W` windows of `L` tokens, of which `p` positions are predicted, an
encoder with weights of `E` entries in its matrices (embeddings are looked up, not multiplied), `l` layers of width `h`,
a head of `H` entries and `V` words:

    forward   2 E W L  +  4 W L^2 h l  +  2 (H + h V) p

The second term is the scores and the sum of values of attention, which a mask does not make cheaper: all pairs are
computed. DeBERTa's pairs of contents and relative positions come on top, with `r` relative positions a layer
`2 W L r h` for each of the two kinds. The head and the projection to the vocabulary see predicted positions only, as in
`maskzoo.objectives`; so a causal step, which predicts at every place, costs more than a masked one. Where the last
layer is narrowed (`maskzoo.models.common.last_layer`), its keys and values see all tokens, everything else of it `p`.

Backwards, everything above the lowest weight that is trained costs its forward again for the inputs, and every matrix
that is trained once more for itself: three times the forward where all is trained. Norms, activations, the softmax and
the optimiser are left out; beside the matrices they are below a hundredth in models of usual width.
Kaplan et al. 2020 (https://arxiv.org/abs/2001.08361), section 2.1, with the head apart.
"""

from typing import Any

from torch import nn

from maskzoo import models
from maskzoo.models.common.architecture import Architecture
from maskzoo.models.common.heads import projection
from maskzoo.models.common.last_layer import MOST, last_layer


def step_flops(model: Any, *, windows: int, length: int, predicted: int, backward: bool = True) -> float:
    """FLOPs of one training step, forwards and backwards, with the weights that need a gradient now.

    Args:
        model: a `...ForMaskedLM`.
        windows: in the step.
        length: tokens in a window.
        predicted: positions that are predicted in the step.
        backward: whether gradients are computed; False for a forward pass that nothing is learned from.
    """
    return models.of(model).step_flops(model, windows=windows, length=length, predicted=predicted, backward=backward)


def by_formula(
    known: Architecture, model: Any, *, windows: int, length: int, predicted: int, backward: bool = True
) -> float:
    """The same, by what stands above and what is known of the architecture."""
    prefix = f"{model.base_model_prefix}."
    weight, _ = projection(model)
    vocabulary: float = 2.0 * weight.numel() * predicted
    layer = last_layer(model) if predicted <= MOST * windows * length else None
    narrowed = next((f"{name}." for name, module in model.named_modules() if module is layer), None)
    # parameters come in the order of the forward pass, so all above the first one that is trained passes gradients on
    passes, total = False, 0.0
    within = False  # whether gradients pass through the encoder
    for name, module in model.named_modules():
        if isinstance(module, nn.Linear) and module.weight is not weight and not name.endswith(known.UNUSED):
            rows: float = windows * length if name.startswith(prefix) else predicted
            if name.startswith(prefix):
                inside = narrowed is not None and name.startswith(narrowed)
                rows = known.linear_rows(
                    model.config, name, tokens=windows * length, predicted=predicted, narrowed=inside
                )
            total += 2.0 * module.weight.numel() * rows * (1 + passes + (backward and module.weight.requires_grad))
        passes = passes or any(backward and parameter.requires_grad for parameter in module.parameters(recurse=False))
        within = passes if name.startswith(prefix) else within
    share = 1 / model.config.num_hidden_layers
    left = 1 - share * (1 - predicted / (windows * length)) if narrowed is not None else 1.0
    pairs = known.pairs_flops(model.config, windows, length) * left
    total += pairs * (3 if within else 1)
    return total + vocabulary * (1 + passes + (backward and weight.requires_grad))
