"""The vocabulary head of any `...ForMaskedLM`, on hidden states of one's own: its forward around a stubbed encoder."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from transformers.modeling_outputs import BaseModelOutput


class _Given(BaseModelOutput):
    """What stands for the encoder's answer: these states, and nothing else of what an encoder may give."""

    def __getattr__(self, name: str) -> None:
        if name.startswith("__"):
            raise AttributeError(name)


class _ReachedError(Exception):
    """The projection is about to run."""

    def __init__(self, states: Tensor) -> None:
        self.states = states


@contextmanager
def _answering(body: Any, states: Tensor) -> Iterator[None]:
    body.forward = lambda *_, **__: _Given(last_hidden_state=states)
    try:
        yield
    finally:
        del body.forward


def logits_of(model: Any, states: Tensor) -> Tensor:
    """The model's own logits of some states, (number, hidden) to (number, vocabulary)."""
    ids = torch.zeros((1, len(states)), dtype=torch.long, device=states.device)
    with _answering(model.base_model, states[None]):
        logits: Tensor = model(input_ids=ids).logits[0]
    return logits


def before_projection(model: Any, decoder: Any, states: Tensor) -> Tensor:
    """What the model's head hands to its projection, (number, hidden) to (number, hidden of the projection)."""

    def stop(_: Any, given: tuple[Tensor, ...]) -> None:
        raise _ReachedError(given[0])

    hook = decoder.register_forward_pre_hook(stop)
    try:
        logits_of(model, states)
    except _ReachedError as reached:
        return reached.states[0]
    finally:
        hook.remove()
    raise AssertionError("the projection runs")
