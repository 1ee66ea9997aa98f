"""What can be taken for granted of a model that no module knows, tried out on the model itself.

A packed window must give what its documents give one at a time, and a head that is cut in two what it gives whole. Both
are tried on random tokens and states, in evaluation mode and with a generator of their own, so that no other draw
changes. What cannot be shown is not done: the slower way that needs it not is taken.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch
from torch import Tensor

from maskzoo.models.common.borrowed_head import before_projection, logits_of

SAME = 1e-4  # largest difference, relative to the largest number
TRIED = 16  # states that a head is tried on
_LOWEST = torch.finfo(torch.float32).min

# how a block mask, (batch, 1, length, length) booleans, is handed to an encoder
FORMS: dict[str, Callable[[Tensor], Tensor]] = {
    "booleans": lambda mask: mask,
    "added": lambda mask: torch.zeros(mask.shape, device=mask.device).masked_fill(~mask, _LOWEST),
}


@dataclass(frozen=True)
class Packing:
    """How an encoder keeps the documents of a window apart.

    Attributes:
        form: a key of `FORMS`; None: not by a mask.
        offset: what is added to positions; None: it takes no positions.
        pads: whether rows that are filled up give the same as rows that are not.
    """

    form: str | None
    offset: int | None
    pads: bool


@dataclass
class Head:
    """How a head is cut in two.

    Attributes:
        cut: whether it can be.
        bias: name of the parameter that is added after the projection's own product.
    """

    cut: bool
    bias: str | None = None


@dataclass
class Facts:
    """What was found out about one model."""

    head: Head | None = None
    packings: dict[int, Packing] = field(default_factory=dict)
    causal: dict[int, bool] = field(default_factory=dict)
    flops: dict[Any, tuple[float, float, float]] = field(default_factory=dict)


@contextmanager
def untouched(model: Any) -> Iterator[None]:
    """Without gradients and dropout, in full precision; afterwards all is as it was."""
    modes = [(module, module.training) for module in model.modules()]
    device = next(model.parameters()).device.type
    try:
        model.eval()
        with torch.no_grad(), torch.autocast(device, enabled=False):
            yield
    finally:
        for module, training in modes:
            module.training = training


@contextmanager
def stirred(model: Any) -> Iterator[None]:
    """With other numbers for a moment where a model that was just made has zeros, which may not stay so.

    The embedding of padding is one of them: nothing trains it as an input, but as an output all do.
    """
    generator = torch.Generator().manual_seed(0)

    def random(like: Tensor) -> Tensor:
        return 0.1 * torch.randn(like.shape, generator=generator).to(like.device)

    zeros = [one for one in model.parameters() if not bool(one.any())]
    row = model.get_input_embeddings().weight[model.config.pad_token_id or 0]
    own = row.clone()
    for one in zeros:
        one.copy_(random(one))
    row.copy_(random(row))
    try:
        yield
    finally:
        for one in zeros:
            one.zero_()
        row.copy_(own)


def packing(model: Any, run: Callable[..., Tensor], *, length: int, offsets: tuple[int, ...]) -> Packing:
    """How documents can be kept apart in a window of `length` tokens.

    Args:
        run: (ids, attention mask or None, positions or None) -> states.
        offsets: of positions, that may be.
    """
    device, config = next(model.parameters()).device, model.config
    short = max(1, min(length // 3, 7))
    lengths = [length - short, short]
    parts = [_random(one, config, device, seed) for seed, one in enumerate(lengths)]
    ids = torch.cat(parts, dim=1)
    documents = torch.repeat_interleave(torch.arange(2, device=device), torch.tensor(lengths, device=device))[None]
    mask = (documents[:, :, None] == documents[:, None, :])[:, None]
    positions = torch.cat([torch.arange(one, device=device) for one in lengths])[None]
    with untouched(model), stirred(model):
        alone = torch.cat([run(part, None, None) for part in parts], dim=1)
        for name, form in FORMS.items():
            for offset in (*offsets, None):
                where = None if offset is None else positions + offset
                if _same(alone, partial(run, ids, form(mask), where)):
                    return Packing(name, offset, _pads(model, run, length))
        return Packing(None, None, _pads(model, run, length))


def _pads(model: Any, run: Callable[..., Tensor], length: int) -> bool:
    device = next(model.parameters()).device
    lengths = sorted({one for one in (length, length - 1, length - 2, length // 2, 1) if one > 0}, reverse=True)
    rows = [_random(one, model.config, device, seed) for seed, one in enumerate(lengths)]
    filling = model.config.pad_token_id or 0
    ids = torch.cat([torch.nn.functional.pad(row, (0, length - row.shape[1]), value=filling) for row in rows])
    attention = (torch.arange(length, device=device) < torch.tensor(lengths, device=device)[:, None]).long()

    def padded() -> Tensor:
        states = run(ids, attention, None)
        return torch.cat([states[number, :one] for number, one in enumerate(lengths)])

    return _same(torch.cat([run(row, None, None)[0] for row in rows]), padded)


def causal(run: Callable[..., Tensor], model: Any, *, length: int) -> bool:
    """Whether states of a causal mask do not depend on what stands behind them.

    Args:
        run: ids -> states under a causal mask.
    """
    device = next(model.parameters()).device
    ids = _random(length, model.config, device, 0)
    other = ids.clone()
    half = length // 2
    other[:, half:] = ids[:, half:].flip(1) if length > half + 1 else ids[:, :1]
    with untouched(model):
        return _same(run(ids)[:, :half], lambda: run(other)[:, :half])


def head(model: Any, decoder: Any, size: int) -> Head:
    """Whether the head is what stands before its projection, then the projection and a bias.

    Args:
        decoder: what the model says its output embeddings are.
        size: of the encoder's states.
    """
    device = next(model.parameters()).device
    generator = torch.Generator().manual_seed(0)
    states = torch.randn((TRIED, size), generator=generator).to(device)
    with untouched(model):
        wanted = logits_of(model, states)
        weight = getattr(decoder, "weight", None)
        if weight is None or weight.shape[0] != wanted.shape[1]:
            return Head(cut=False)
        try:
            product = before_projection(model, decoder, states) @ weight.T
        except (AssertionError, RuntimeError):
            return Head(cut=False)
        added = next((name for name in _of_shape(model, wanted.shape[1:]) if _is_added(model, name, states)), None)
        bias = 0 if added is None else model.get_parameter(added)
        return Head(cut=_same(wanted, lambda: product + bias), bias=added)


def _of_shape(model: Any, shape: torch.Size) -> list[str]:
    return [name for name, one in model.named_parameters() if one.shape == shape]


def _is_added(model: Any, name: str, states: Tensor) -> bool:
    """Whether a parameter is added to the logits; it is given other numbers for a moment, as it may be zero."""
    parameter = model.get_parameter(name)
    own = parameter.detach().clone()
    before = logits_of(model, states)
    noise = torch.linspace(-1, 1, len(own), device=own.device)
    parameter.copy_(own + noise)
    try:
        return _same(before + noise, lambda: logits_of(model, states))
    finally:
        parameter.copy_(own)


def _same(wanted: Tensor, made: Callable[[], Tensor]) -> bool:
    try:
        found = made()
    except (AttributeError, IndexError, KeyError, RuntimeError, TypeError, ValueError, AssertionError):
        return False  # an encoder that is built in another way
    if found.shape != wanted.shape:
        return False
    return bool((found - wanted).abs().max() <= SAME * wanted.abs().max())


def _random(length: int, config: Any, device: torch.device, seed: int) -> Tensor:
    """Ordinary tokens, (1, length)."""
    generator = torch.Generator().manual_seed(seed)
    first = min(10, config.vocab_size // 2)  # special tokens stand before it
    ids = torch.randint(first, config.vocab_size - 1, (1, length), generator=generator)
    return (ids + (ids >= (config.pad_token_id or 0))).to(device)
