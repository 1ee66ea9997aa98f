"""Muon moves matrices by their singular vectors, and everything else exactly as AdamW does."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from maskzoo.masking import uniform
from maskzoo.models.common.heads import projection
from maskzoo.objectives.mlm import objective as mlm
from maskzoo.optimisers import adamw, muon
from maskzoo.optimisers.muon.optimiser import orthogonal
from maskzoo.pretraining import checkpoint
from maskzoo.pretraining.optimiser import memory, set_learning_rate
from maskzoo.pretraining.root_module import RootModule
from maskzoo.recipe.training import Training
from tests.models.tiny import CONFIGS, tiny
from tests.pretraining.runs import pretrained

TRAINING = Training(optimiser="muon", learning_rate=0.02, weight_decay=0.1)


def _slow_orthogonal(matrix: np.ndarray) -> np.ndarray:
    """The iteration on singular values alone, one number at a time, with the vectors of a decomposition."""
    left, values, right = np.linalg.svd(matrix.astype(np.float64), full_matrices=False)
    moved = []
    for value in values / np.sqrt((values**2).sum()):
        for _ in range(5):
            value = 3.4445 * value - 4.7750 * value**3 + 2.0315 * value**5
        moved.append(value)
    return left @ np.diag(moved) @ right


@pytest.mark.parametrize("shape", [(6, 6), (9, 4), (4, 9), (1, 5), (16, 64)])
def test_singular_vectors_stay_and_singular_values_move_near_one(shape: tuple[int, int]) -> None:
    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    found = orthogonal(matrix)
    np.testing.assert_allclose(found.numpy(), _slow_orthogonal(matrix.numpy()), atol=1e-5)
    values = torch.linalg.svdvals(found)
    assert values.min() > 0.6
    assert values.max() < 1.3


def test_a_gradient_of_nothing_moves_nothing() -> None:
    assert not orthogonal(torch.zeros(3, 5)).any()


class _Pair(nn.Module):
    """A table, a matrix, a vector."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.table, self.linear = nn.Embedding(7, 5), nn.Linear(5, 8)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return self.linear(self.table(ids)).sin().sum()


def test_steps_are_those_written_out_slowly_and_the_rest_is_plain_adamw() -> None:
    model, plain = _Pair(), _Pair()
    optimiser, reference = muon.make(model, TRAINING), adamw.make(plain, TRAINING)
    weight = model.linear.weight.detach().numpy().astype(np.float64)
    momentum = np.zeros_like(weight)
    for step in range(4):
        rate = 0.02 / (step + 1)
        set_learning_rate(optimiser, rate)
        set_learning_rate(reference, rate)
        ids = torch.tensor([step, 2, 5])
        for one in (model, plain):
            one.zero_grad()
            one(ids).backward()
        gradient = model.linear.weight.grad.numpy().astype(np.float64)
        momentum = 0.95 * momentum + 0.05 * gradient
        direction = _slow_orthogonal(0.05 * gradient + 0.95 * momentum)
        weight = weight * (1 - rate * 0.1) - rate * 0.2 * np.sqrt(8) * direction
        optimiser.step()
        with torch.no_grad():  # the same gradients for the next step of both
            reference.step()
            plain.linear.weight.copy_(model.linear.weight)
        np.testing.assert_allclose(model.linear.weight.detach().numpy(), weight, atol=1e-5)
        assert torch.equal(model.table.weight, plain.table.weight)
        assert torch.equal(model.linear.bias, plain.linear.bias)
    assert not torch.equal(plain.table.weight, _Pair().table.weight)


def test_a_step_is_as_large_as_one_of_adamw() -> None:
    generator = torch.Generator().manual_seed(0)
    sizes = {}
    for module in (muon, adamw):
        layer = nn.Linear(64, 256, bias=False)
        before = layer.weight.detach().clone()
        optimiser = module.make(layer, Training(learning_rate=0.01, weight_decay=0.0))
        for _ in range(30):
            layer.weight.grad = torch.randn(256, 64, generator=generator)
            before = layer.weight.detach().clone()
            optimiser.step()
        sizes[module] = float((layer.weight.detach() - before).square().mean().sqrt())
    assert sizes[muon] == pytest.approx(sizes[adamw], rel=0.5)


@pytest.mark.parametrize("name", CONFIGS)
def test_every_parameter_is_moved_once_and_words_are_left_to_adamw(name: str) -> None:
    model = tiny(name)
    objective = mlm.Objective(model)
    optimiser = muon.make(objective, TRAINING)
    moved = [id(parameter) for group in optimiser.param_groups for parameter in group["params"]]
    assert sorted(moved) == sorted({id(parameter) for parameter in model.parameters()})
    matrices = {id(parameter) for parameter in optimiser.param_groups[0]["params"]}
    assert id(projection(model)[0]) not in matrices
    for part in model.modules():
        if isinstance(part, nn.Embedding):
            assert id(part.weight) not in matrices
    inside = [part.weight for key, part in model.named_modules() if isinstance(part, nn.Linear) and ".layer" in key]
    assert inside
    assert {id(weight) for weight in inside} <= matrices


def test_what_is_frozen_has_no_part_in_it() -> None:
    model = _Pair()
    model.linear.weight.requires_grad_(False)
    optimiser = muon.make(model, TRAINING)
    kept = model.linear.weight.detach().clone()
    model(torch.tensor([1])).backward()
    optimiser.step()
    assert torch.equal(model.linear.weight, kept)
    assert model.linear.weight not in optimiser.state
    assert muon.flops(model) == 0


def test_it_remembers_one_number_where_adamw_remembers_two() -> None:
    model, plain = nn.Linear(8, 8, bias=False), nn.Linear(8, 8, bias=False)
    bytes_of = {}
    for one, module in ((model, muon), (plain, adamw)):
        optimiser = module.make(one, TRAINING)
        one(torch.ones(1, 8)).sum().backward()
        optimiser.step()
        bytes_of[module] = memory(optimiser)
    assert bytes_of[muon] == 4 * 64
    assert bytes_of[adamw] == 2 * 4 * 64 + 4  # and the count of steps


def test_operations_are_what_the_profiler_counts() -> None:
    model = tiny("bert")
    optimiser = muon.make(model, TRAINING)
    for parameter in model.parameters():
        parameter.grad = torch.randn_like(parameter)
    with FlopCounterMode(display=False) as counter:
        optimiser.step()
    assert muon.flops(model) == counter.get_total_flops()


def test_a_checkpoint_brings_both_kinds_of_moments_back(tmp_path: Path) -> None:
    def stepped(model: _Pair, optimiser: Any, steps: range) -> None:
        for step in steps:
            model.zero_grad()
            model(torch.tensor([step, 3])).backward()
            optimiser.step()

    whole = _Pair()
    stepped(whole, muon.make(whole, TRAINING), range(5))
    first = _Pair()
    optimiser = muon.make(first, TRAINING)
    stepped(first, optimiser, range(2))
    checkpoint.save(tmp_path, 2, RootModule(first, []), optimiser, {})
    second = _Pair()
    resumed = muon.make(second, TRAINING)
    checkpoint.restore(tmp_path, 2, RootModule(second, []), resumed)
    stepped(second, resumed, range(2, 5))
    for one, other in zip(whole.parameters(), second.parameters(), strict=True):
        assert torch.equal(one, other)


def test_a_run_stopped_with_muon_ends_with_the_same_bits(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = pretrained(corpus, "whole", optimiser=muon.Settings(), dropout=0.1)
    select, calls = uniform.select, iter(range(100))

    def stopping(*arguments: Any, **options: Any) -> Any:
        if next(calls) == 6:
            raise KeyboardInterrupt
        return select(*arguments, **options)

    with monkeypatch.context() as patched:
        patched.setattr(uniform, "select", stopping)
        with pytest.raises(KeyboardInterrupt):
            pretrained(corpus, "stopped", optimiser=muon.Settings(), dropout=0.1)
    moments = load_file(corpus / "stopped" / "checkpoints" / "step-00000004" / "optimiser.safetensors")
    assert {key.rpartition("/")[2] for key in moments} == {"momentum", "step", "exp_avg", "exp_avg_sq"}
    assert (
        pretrained(corpus, "stopped", optimiser=muon.Settings(), dropout=0.1)["model_sha256"] == whole["model_sha256"]
    )
    plain = pretrained(corpus, "plain", dropout=0.1)
    assert plain["model_sha256"] != whole["model_sha256"]
    assert plain["optimiser_bytes"] > whole["optimiser_bytes"]
    assert plain["flops"] < whole["flops"]


def test_the_momentum_can_be_set_and_is_written_down_only_where_it_is() -> None:
    said = Training(optimiser={"name": "muon", "momentum": 0.5})
    assert said.model_dump(mode="json")["optimiser"] == {"name": "muon", "momentum": 0.5}
    assert Training(optimiser="muon").model_dump(mode="json")["optimiser"] == "muon"
    assert "optimiser" not in Training().model_dump(mode="json")
    steps = {}
    for momentum in (0.5, 0.95):
        layer = nn.Linear(4, 4, bias=False)
        optimiser = muon.make(layer, Training(optimiser={"name": "muon", "momentum": momentum}))
        layer.weight.grad = torch.eye(4)
        optimiser.step()
        steps[momentum] = float(optimiser.state[layer.weight]["momentum"][0, 0])
    assert steps == {0.5: 0.5, 0.95: pytest.approx(0.05)}
