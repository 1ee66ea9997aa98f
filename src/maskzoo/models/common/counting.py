"""What a training step costs, counted by torch itself on one window: for models that no formula is known for."""

from typing import Any

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from maskzoo.models.common.attention import encode
from maskzoo.models.common.heads import projection, transform

_FEW, _MORE = 4, 8  # predicted positions of the two counts


def counted(model: Any, length: int, *, backward: bool) -> tuple[float, float, float]:
    """FLOPs of a step, of a window of one document in it, and of a predicted position on top.

    Forwards, and backwards where that is wanted, with the weights that need a gradient now. Windows of several texts
    cost as much where a block mask keeps them apart, and somewhat less or more where they stand in rows of their own.
    """
    model = _in_one_piece(model)
    few = _of_a_step(model, 1, length, _FEW, backward)
    position = (_of_a_step(model, 1, length, _MORE, backward) - few) / (_MORE - _FEW)
    window = _of_a_step(model, 2, length, _FEW, backward) - few
    return few - window - position * _FEW, window, position


def _in_one_piece(model: Any) -> Any:
    """The model, or one of its shape where its weights are shared out over processes and so cannot be used at will."""
    if not any(hasattr(parameter, "full_tensor") for parameter in model.parameters()):
        return model
    with torch.random.fork_rng(devices=()):
        twin = type(model)(model.config)
    for one, other in zip(twin.parameters(), model.parameters(), strict=True):
        one.requires_grad_(other.requires_grad)
    return twin


def _of_a_step(model: Any, windows: int, length: int, predicted: int, backward: bool) -> float:
    modes = [(module, module.training) for module in model.modules()]
    device = next(model.parameters()).device
    ids = torch.ones((windows, length), dtype=torch.long, device=device)
    trained = [parameter for parameter in model.parameters() if backward and parameter.requires_grad]
    gradients = [parameter.grad for parameter in trained]
    try:
        for parameter in trained:
            parameter.grad = None
        model.eval()
        with (
            torch.enable_grad(),
            torch.autocast("cpu" if device.type == "meta" else device.type, enabled=False),
            sdpa_kernel(SDPBackend.MATH),  # the form whose products torch can count everywhere
            FlopCounterMode(display=False) as counter,
        ):
            states = transform(
                model, encode(model, ids, torch.arange(length, device=device).expand(windows, -1), None)[0, :predicted]
            )
            weight, bias = projection(model)
            logits = states if weight is None else torch.nn.functional.linear(states, weight, bias)
            if trained:
                logits.sum().backward()  # type: ignore[no-untyped-call]
    finally:
        for parameter, gradient in zip(trained, gradients, strict=True):
            parameter.grad = gradient
        for module, training in modes:
            module.training = training
    return float(counter.get_total_flops())
