"""The states at scored positions are those of the whole encoder, computed from less."""

from typing import Any

import pytest
import torch
from torch import Tensor

from maskzoo import models
from maskzoo.models.common.scored_states import hidden_at
from tests.models.tiny import CONFIGS, tiny

LENGTHS = (11, 11, 11, 7, 5, 11)  # tokens of each copy; what is behind them is padding


def copies(padding: int) -> tuple[Tensor, Tensor, Tensor]:
    """Masked copies of texts as they are scored: equal but for a token, of several lengths, padded."""
    ids = torch.randint(5, 65, (1, 11), generator=torch.Generator().manual_seed(3)).repeat(len(LENGTHS), 1)
    positions = torch.tensor([1, 4, 9, 4, 2, 4])
    attention = (torch.arange(11)[None] < torch.tensor(LENGTHS)[:, None]).long()
    ids[torch.arange(len(LENGTHS)), positions] = 4
    return ids.masked_fill(attention == 0, padding), attention, positions


def encoder_at(model: Any, ids: Tensor, attention: Tensor, positions: Tensor) -> Tensor:
    """By transformers itself, nothing shared and nothing left out."""
    states: Tensor = model.base_model(input_ids=ids, attention_mask=attention)[0]
    return states[torch.arange(len(positions)), positions]


@pytest.mark.parametrize("name", [*CONFIGS, "electra", "albert", "ernie"])
def test_the_states_are_those_of_the_whole_encoder_under_padding(name: str) -> None:
    model = tiny(name)
    case = copies(model.config.pad_token_id)
    with torch.inference_mode():
        found, expected = hidden_at(model)(*case), encoder_at(model, *case)
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-4)
    assert (expected[0] - expected[1]).abs().max() > 1e-2  # positions differ, so that a wrong one would show


@pytest.mark.parametrize("name", ["bert", "roberta", "electra"])
def test_blocks_of_berts_kind_project_equal_rows_once_and_the_last_layer_one_row_a_copy(name: str) -> None:
    model = tiny(name)
    case = copies(model.config.pad_token_id)
    first, last = models.of(model).layers(model)
    rows: dict[str, int] = {}

    def count(key: str) -> Any:
        return lambda _, __, output: rows.update({key: output[..., 0].numel()})

    states = hidden_at(model)
    first.attention.self.query.register_forward_hook(count("query"))
    last.intermediate.register_forward_hook(count("last"))
    with torch.inference_mode():
        states(*case)
    assert rows["last"] == len(LENGTHS)
    assert rows["query"] < len(LENGTHS) * 11 / 2


def test_a_layer_that_was_changed_has_the_whole_encoder_run() -> None:
    model = tiny("bert")
    last = models.of(model).layers(model)[-1]
    last.register_forward_hook(
        lambda _, __, output: (2 * output[0], *output[1:]) if isinstance(output, tuple) else 2 * output
    )
    case = copies(0)
    with torch.inference_mode():
        torch.testing.assert_close(hidden_at(model)(*case), encoder_at(model, *case))


def test_no_hook_stays_behind() -> None:
    model = tiny("roberta")
    with torch.inference_mode():
        hidden_at(model)(*copies(model.config.pad_token_id))
    assert not any(one._forward_hooks or one._forward_pre_hooks for one in model.modules())
