"""The narrowed last layer gives what the whole one gives, for any mask, document and adapter."""

from typing import Any

import pytest
import torch
from peft import LoraConfig, inject_adapter_in_model
from torch import nn

from maskzoo.models.common import last_layer as narrowing
from maskzoo.models.common.attention import encode
from maskzoo.models.common.last_layer import Places, encode_at, encoder_layers, last_layer
from maskzoo.objectives.clm import objective as clm
from maskzoo.objectives.common.batch import Inputs
from maskzoo.objectives.mlm.objective import Objective
from tests.models.tiny import CONFIGS, tiny

NARROWED = ["bert", "roberta", "xlm-roberta", "modernbert", "esm", "esm-rotary"]
LENGTHS = (11, 3, 18)
GENERATOR = torch.Generator().manual_seed(1)
IDS = torch.randint(5, 65, (3, sum(LENGTHS)), generator=GENERATOR)
DOCUMENTS = torch.repeat_interleave(torch.arange(len(LENGTHS)), torch.tensor(LENGTHS)).expand(3, -1)
POSITIONS = torch.cat([torch.arange(length) for length in LENGTHS]).expand(3, -1)
HIDDEN = torch.rand(IDS.shape, generator=GENERATOR) < torch.tensor([[0.1], [0.3], [0.0]])  # a row without any, too
SHOWN = IDS.masked_fill(HIDDEN, 4)


def _whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(narrowing, "MOST", -1.0)


def _gradients(model: nn.Module, documents: torch.Tensor | None) -> tuple[float, dict[str, torch.Tensor]]:
    model.zero_grad()
    loss = Objective(model)(Inputs(SHOWN, POSITIONS, documents, HIDDEN, IDS[HIDDEN])).total / int(HIDDEN.sum())
    loss.backward()
    return loss.item(), {key: one.grad.clone() for key, one in model.named_parameters() if one.grad is not None}


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("name", NARROWED)
def test_loss_and_gradients_are_those_of_the_whole_layer(
    name: str, packed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tiny(name)
    assert last_layer(model) is encoder_layers(model)[-1]
    loss, gradients = _gradients(model, DOCUMENTS if packed else None)
    _whole(monkeypatch)
    wanted, slopes = _gradients(model, DOCUMENTS if packed else None)
    assert loss == pytest.approx(wanted, abs=1e-6)
    assert gradients.keys() == slopes.keys()
    for key, slope in slopes.items():
        torch.testing.assert_close(gradients[key], slope, atol=4e-7, rtol=1e-4, msg=key)


@pytest.mark.parametrize("name", CONFIGS)
def test_states_are_those_at_the_hidden_positions_whether_it_is_narrowed_or_not(name: str) -> None:
    model = tiny(name)
    with torch.no_grad():
        for causal in (False, True):
            few = encode_at(model, SHOWN, POSITIONS, DOCUMENTS, HIDDEN, int(HIDDEN.sum()), causal=causal)
            every = encode(model, SHOWN, POSITIONS, DOCUMENTS, causal=causal)
            torch.testing.assert_close(few, every[HIDDEN], atol=1e-5, rtol=1e-4)
            torch.testing.assert_close(encode(model, SHOWN, POSITIONS, DOCUMENTS, causal=causal), every)
    assert "forward" not in vars(encoder_layers(model)[-1])  # the model is what it was


@pytest.mark.parametrize("name", ["bert", "modernbert"])
def test_adapters_on_any_linear_layer_are_part_of_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model = tiny(name)
    inject_adapter_in_model(LoraConfig(r=2, target_modules="all-linear", init_lora_weights=False), model)
    model.eval()
    narrow = _gradients(model, DOCUMENTS)
    _whole(monkeypatch)
    whole = _gradients(model, DOCUMENTS)
    assert narrow[0] == pytest.approx(whole[0], abs=1e-6)
    touched = [key for key in whole[1] if "lora_" in key and (".1." in key)]
    assert touched
    for key in touched:
        torch.testing.assert_close(narrow[1][key], whole[1][key], atol=4e-7, rtol=1e-4, msg=key)
        assert whole[1][key].abs().max() > 0


def test_a_layer_that_something_listens_to_runs_whole() -> None:
    model = tiny("bert")
    heard: list[torch.Size] = []
    attention = encoder_layers(model)[-1].attention.self
    hook = attention.register_forward_hook(lambda _, given, made: heard.append(made[0].shape))
    assert last_layer(model) is None
    with torch.no_grad():
        encode_at(model, SHOWN, POSITIONS, DOCUMENTS, HIDDEN, int(HIDDEN.sum()))
    assert heard == [torch.Size([3, 32, 16])]
    hook.remove()
    assert last_layer(model) is not None


class _Around(nn.Module):
    """Something of one's own around a layer."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer

    def __getattr__(self, name: str) -> Any:
        try:
            return super().__getattr__(name)
        except AttributeError:
            return getattr(super().__getattr__("layer"), name)

    def forward(self, *given: Any, **named: Any) -> torch.Tensor:
        return -self.layer(*given, **named)


@pytest.mark.parametrize("name", ["bert", "modernbert"])
def test_a_layer_with_something_around_it_runs_whole(name: str) -> None:
    model = tiny(name)
    layers = model.base_model.layers if name == "modernbert" else model.base_model.encoder.layer
    layers[-1] = _Around(layers[-1])
    with torch.no_grad():
        few = encode_at(model, SHOWN, POSITIONS, DOCUMENTS, HIDDEN, int(HIDDEN.sum()))
        assert torch.equal(few, encode(model, SHOWN, POSITIONS, DOCUMENTS)[HIDDEN])


def test_only_the_predicted_positions_reach_the_feed_forward_network() -> None:
    model = tiny("bert")
    heard: list[torch.Size] = []
    layers = encoder_layers(model)
    for layer in layers:
        layer.intermediate.register_forward_hook(lambda _, given, made: heard.append(given[0].shape))
    Objective(model)(Inputs(SHOWN, POSITIONS, DOCUMENTS, HIDDEN, IDS[HIDDEN]))
    assert heard == [torch.Size([3, 32, 16]), torch.Size([int(HIDDEN.sum()), 16])]


def test_where_nearly_all_is_predicted_the_layer_runs_whole() -> None:
    model = tiny("bert")
    heard: list[torch.Size] = []
    encoder_layers(model)[-1].intermediate.register_forward_hook(lambda _, given, made: heard.append(given[0].shape))
    hidden = POSITIONS > 0
    clm.Objective(model)(Inputs(IDS, POSITIONS, DOCUMENTS, hidden, IDS[hidden]))
    assert heard == [torch.Size([3, 32, 16])]


def test_rows_are_filled_up_with_their_first_position() -> None:
    hidden = torch.tensor([[0, 1, 0, 1], [0, 0, 0, 0], [0, 0, 1, 0]], dtype=torch.bool)
    places = Places.of(hidden, 3)
    assert places.chosen.tolist() == [1, 3, 10]
    assert places.padded is not None
    assert places.padded.tolist() == [[1, 3], [4, 4], [10, 8]]
    states = torch.arange(12.0).view(3, 4, 1)
    assert places.out_of_rows(places.rows(states)).flatten().tolist() == places.at(states).flatten().tolist()


@pytest.mark.parametrize("name", ["bert", "modernbert"])
def test_dropout_falls_on_the_narrowed_layer_too(name: str) -> None:
    model = tiny(name, dropout=0.5).train()
    losses = set()
    for seed in (0, 0, 1):
        torch.manual_seed(seed)
        losses.add(Objective(model)(Inputs(SHOWN, POSITIONS, DOCUMENTS, HIDDEN, IDS[HIDDEN])).total.item())
    assert len(losses) == 2
