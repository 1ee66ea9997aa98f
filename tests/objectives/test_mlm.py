"""The loss at the predicted positions is the loss of the whole model, and so are its gradients."""

import pytest
import torch

from maskzoo.models.common import cross_entropy as _cross_entropy
from maskzoo.models.common.cross_entropy import summed_cross_entropy
from maskzoo.objectives.common.batch import Inputs
from maskzoo.objectives.mlm.objective import Objective
from tests.models.tiny import CONFIGS, tiny


@pytest.mark.parametrize("name", CONFIGS)
def test_equal_to_the_full_loss(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_cross_entropy, "ROWS", 5)  # several pieces, and one that is not full
    monkeypatch.setattr(_cross_entropy, "FEW", 2)
    model = tiny(name)
    generator = torch.Generator().manual_seed(2)
    ids = torch.randint(5, 65, (3, 20), generator=generator)
    predicted = torch.rand(ids.shape, generator=generator) < 0.3
    labels = ids[predicted]
    shown = ids.masked_fill(predicted, 4)
    positions = torch.arange(20).expand_as(ids)

    model(input_ids=shown, labels=ids.masked_fill(~predicted, -100)).loss.backward()
    wanted = {key: parameter.grad.clone() for key, parameter in model.named_parameters() if parameter.grad is not None}
    full = float(model(input_ids=shown, labels=ids.masked_fill(~predicted, -100)).loss.detach())
    model.zero_grad()
    loss = Objective(model)(Inputs(shown, positions, None, predicted, labels)).total / len(labels)
    loss.backward()

    assert loss.item() == pytest.approx(full, abs=1e-6)
    assert wanted
    for key, parameter in model.named_parameters():
        if key in wanted:
            torch.testing.assert_close(parameter.grad, wanted[key], atol=2e-6, rtol=1e-4, msg=key)


def test_a_frozen_projection_gets_no_gradient() -> None:
    model = tiny("bert")
    table = model.get_input_embeddings().weight
    table.requires_grad_(False)
    ids = torch.randint(5, 65, (2, 8))
    predicted = torch.zeros_like(ids, dtype=torch.bool)
    predicted[:, 2] = True
    Objective(model)(Inputs(ids, torch.arange(8).expand_as(ids), None, predicted, ids[predicted])).total.backward()
    assert table.grad is None
    assert model.cls.predictions.transform.dense.weight.grad.abs().sum() > 0


def test_losses_asked_for_without_gradients_leave_room_to_train_in() -> None:
    """The table of what a base has not learned is made in the same process as a run, by the same loss."""
    states, weight, labels = torch.randn(7, 16), torch.randn(37, 16), torch.arange(7)
    with torch.inference_mode():
        asked = summed_cross_entropy(states, weight, None, labels)
    trained = states.clone().requires_grad_(True)
    loss = summed_cross_entropy(trained, weight, None, labels)
    loss.backward()
    wanted = torch.nn.functional.cross_entropy(states @ weight.T, labels, reduction="sum")
    assert loss.item() == asked.item() == pytest.approx(float(wanted), rel=1e-5)
    assert trained.grad is not None
