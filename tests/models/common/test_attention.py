"""A packed window is its documents, one at a time."""

import pytest
import torch

from maskzoo.models.common.attention import encode, longest_sequence
from tests.models.tiny import CONFIGS, tiny

LENGTHS = (11, 3, 18)


def _packed() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    ids = torch.randint(5, 65, (2, sum(LENGTHS)), generator=torch.Generator().manual_seed(1))
    ids[:, 5] = 4  # a mask, which ESM's token dropout looks at
    documents = torch.repeat_interleave(torch.arange(len(LENGTHS)), torch.tensor(LENGTHS)).expand(2, -1)
    positions = torch.cat([torch.arange(length) for length in LENGTHS]).expand(2, -1)
    return ids, positions, documents


@pytest.mark.parametrize("name", CONFIGS)
def test_documents_in_one_window_do_not_see_each_other(name: str) -> None:
    model = tiny(name)
    ids, positions, documents = _packed()
    with torch.no_grad():
        packed = encode(model, ids, positions, documents)
        # the yardstick is the library's own forward, without any of our code
        alone = torch.cat([model.base_model(part).last_hidden_state for part in ids.split(LENGTHS, dim=1)], dim=1)
        mixed = model.base_model(ids).last_hidden_state
    assert (packed - alone).abs().max() < 1e-5
    assert (mixed - alone).abs().max() > 1e-3


@pytest.mark.parametrize("name", CONFIGS)
def test_without_the_mask_a_single_document_gives_the_same(name: str) -> None:
    model = tiny(name)
    ids, _, _ = _packed()
    positions = torch.arange(ids.shape[1]).expand_as(ids)
    with torch.no_grad():
        fast = encode(model, ids, positions, None)
        masked = encode(model, ids, positions, torch.zeros_like(ids))
        plain = model.base_model(ids).last_hidden_state
    assert (fast - plain).abs().max() < 1e-5
    assert (masked - plain).abs().max() < 1e-5


def test_positions_that_padding_takes_are_not_counted() -> None:
    assert longest_sequence(tiny("bert").config) == 512
    assert longest_sequence(tiny("roberta").config) == 512 - 1  # the padding id is 0 here
