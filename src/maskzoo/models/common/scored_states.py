"""The first encoder layer's projections computed once for equal rows, the last layer where something is predicted.

Masked copies of a text differ in one token, so most of what enters the first layer is the same in all of them: queries,
keys and values of 2 n rows are those of n^2.

What the last layer gives at other positions nobody reads: a masked copy of a text is scored at one position. There the
layer still needs keys and values of all positions, but one query, one row of the attention output and one of the
feed-forward network: of the 12 d^2 multiplications a token of a BERT layer, 2 d^2 are left.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import torch
from torch import Tensor

from maskzoo import models
from maskzoo.models.common.last_layer import Places

# input ids (copies, length), attention mask (copies, length), positions (copies,) -> hidden states (copies, hidden)
HiddenAt = Callable[[Tensor, Tensor, Tensor], Tensor]

SAME = 1e-4  # of the hidden states that both ways give, relative to their size


class _ReachedError(Exception):
    """The last layer is about to run."""


def hidden_at(model: Any) -> HiddenAt:
    """The encoder's last hidden state at one position of each copy.

    For encoders that end in a block of BERT's kind (BERT, RoBERTa, ELECTRA) only what that position needs is computed
    in the last layer, and equal rows are projected once in the first. Whether that gives what the whole encoder gives
    is tried on a few tokens first (adapters may have changed a layer); where it does not, and for all other
    architectures, the whole encoder runs.
    """
    encoder, known = model.base_model, models.of(model)

    def whole(ids: Tensor, attention: Tensor, positions: Tensor) -> Tensor:
        states = known.encode_rows(model, ids, attention)
        return states[torch.arange(len(positions), device=states.device), positions]

    if not known.ENDS_IN_BLOCK:
        return whole
    layers, padding = known.layers(model), model.config.pad_token_id or 0
    first, last = layers[0], layers[-1]

    def partly(ids: Tensor, attention: Tensor, positions: Tensor) -> Tensor:
        with _once(first, ids, padding) if first is not last else nullcontext():
            states = _before(encoder, last, ids, attention)
        mask = attention.bool()[:, None, None, :]
        return known.narrowed(last, Places.one_a_row(positions, ids.shape[1]), states, mask, {})

    return partly if _same(whole, partly, model) else whole


@contextmanager
def _once(layer: Any, ids: Tensor, padding: int) -> Iterator[None]:
    """Let the first layer's query, key and value see one of the rows that have the same token at the same position."""
    length = ids.shape[1]
    place = torch.arange(length, device=ids.device)
    counted = (ids != padding).cumsum(dim=1)  # what RoBERTa numbers positions by
    alike, inverse = torch.unique((ids * (length + 1) + counted) * length + place, return_inverse=True)
    one = torch.empty(len(alike), dtype=torch.long, device=ids.device)
    one[inverse.flatten()] = torch.arange(ids.numel(), device=ids.device)
    own, hooks = layer.attention.self, []
    for projection in (own.query, own.key, own.value):
        hooks.append(projection.register_forward_pre_hook(lambda _, given: (given[0].flatten(0, 1)[one],)))
        hooks.append(projection.register_forward_hook(lambda _, __, output: output[inverse]))
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def _before(encoder: Any, last: Any, ids: Tensor, attention: Tensor) -> Tensor:
    """What goes into the last layer, (copies, length, hidden)."""
    caught: list[Tensor] = []

    def stop(_: Any, given: tuple[Tensor, ...], named: dict[str, Tensor]) -> None:
        caught.append(given[0] if given else named["hidden_states"])
        raise _ReachedError

    hook = last.register_forward_pre_hook(stop, with_kwargs=True)
    try:
        encoder(input_ids=ids, attention_mask=attention)
    except _ReachedError:
        return caught[0]
    finally:
        hook.remove()
    raise AssertionError("the last layer runs")


def _same(whole: HiddenAt, partly: HiddenAt, model: Any) -> bool:
    device = next(model.parameters()).device
    some = torch.tensor([[0, 1, 2, 3], [0, 5, 2, 7]], device=device)
    ids = (some + (model.config.pad_token_id or 0) + 1) % model.config.vocab_size
    attention = torch.tensor([[1, 1, 1, 1], [1, 1, 1, 0]], device=device)
    positions = torch.tensor([2, 0], device=device)
    with torch.inference_mode():
        try:
            one, other = whole(ids, attention, positions), partly(ids, attention, positions)
        except (AttributeError, RuntimeError, TypeError):  # a layer that is built in another way
            return False
    return bool((one - other).abs().max() <= SAME * one.abs().max())
