"""States of one's own go through a model's own head, and the model is afterwards as it was."""

import pytest
import torch

from maskzoo.models.common.borrowed_head import before_projection, logits_of
from tests.models.tiny import tiny

NAMES = ["bert", "roberta", "electra", "distilbert", "esm", "modernbert", "albert"]


@pytest.mark.parametrize("name", NAMES)
def test_the_encoders_own_states_give_the_models_own_logits(name: str) -> None:
    model = tiny(name)
    ids = torch.tensor([[2, 7, 9, 4, 13, 3]])
    with torch.no_grad():
        logits = model(input_ids=ids).logits[0]
        states = model.base_model(input_ids=ids)[0][0]
        torch.testing.assert_close(logits_of(model, states), logits, atol=1e-5, rtol=1e-4)
        assert not torch.allclose(logits_of(model, states.flip(0)), logits)  # it is these states that are used
        decoder = model.get_output_embeddings()
        handed = before_projection(model, decoder, states)
        bias = logits - decoder(handed)  # ESM adds its own behind the projection
        torch.testing.assert_close(bias, bias[:1].expand_as(bias), atol=1e-5, rtol=0)
        torch.testing.assert_close(model(input_ids=ids).logits[0], logits)
    assert "forward" not in vars(model.base_model)
    assert not decoder._forward_pre_hooks


def test_an_error_in_the_head_leaves_the_model_whole() -> None:
    model = tiny("bert")
    with pytest.raises(RuntimeError):
        logits_of(model, torch.zeros(3, 15))  # of 16 dimensions
    assert "forward" not in vars(model.base_model)
