"""How a batch is shared out, what is refused, and what stays the same where a process is alone."""

import numpy as np
import pytest
import torch

from maskzoo.errors import UserError
from maskzoo.pretraining import world as world_module
from maskzoo.pretraining.sharding import check_sharded, like, whole
from maskzoo.pretraining.step import clip, rows_at_once
from maskzoo.pretraining.throughput import mfu, peak_of
from maskzoo.pretraining.world import World, joined
from maskzoo.recipe.training import Training
from maskzoo.tokenization.windows import micro_batches


def test_processes_share_the_rows_of_a_batch_in_order() -> None:
    predicted = np.ones((12, 5), dtype=bool)
    assert micro_batches(predicted, rank=0, processes=1, rows=4) == [slice(0, 4), slice(4, 8), slice(8, 12)]
    assert micro_batches(predicted, rank=1, processes=3, rows=4) == [slice(4, 8)]
    assert micro_batches(predicted, rank=2, processes=3, rows=2) == [slice(8, 10), slice(10, 12)]
    rows = np.concatenate([np.arange(12)[World(rank, 3).part(12)] for rank in range(3)])
    assert rows.tolist() == list(range(12))


def test_a_micro_batch_is_left_out_only_where_nobody_has_anything_to_predict() -> None:
    predicted = np.zeros((8, 3), dtype=bool)
    predicted[2, 1] = predicted[7, 0] = True  # the second micro-batch of both processes
    assert micro_batches(predicted, rank=0, processes=2, rows=2) == [slice(2, 4)]
    predicted[5] = True
    assert micro_batches(predicted, rank=0, processes=2, rows=2) == [slice(0, 2), slice(2, 4)]
    assert micro_batches(predicted[:2], rank=0, processes=1, rows=2) == []


@pytest.mark.parametrize(
    ("processes", "micro", "said"),
    [
        (
            3,
            None,
            "a batch of 16 cannot be shared out evenly over 3 processes; expected a multiple of 3, such as 15 or",
        ),
        (2, 16, "over 2 processes with micro-batches of 16; expected a multiple of 32, such as 32"),
    ],
)
def test_a_batch_that_cannot_be_shared_out_is_refused(processes: int, micro: int | None, said: str) -> None:
    training = Training(batch_size=16, micro_batch_size=micro)
    with pytest.raises(UserError, match=f"legal.training.batch_size: .*{said}"):
        rows_at_once(training, World(0, processes), where="legal")
    assert rows_at_once(training, World(), where="legal") == 16
    assert rows_at_once(Training(batch_size=16, micro_batch_size=2), World(3, 4)) == 2
    assert rows_at_once(Training(batch_size=16), World(3, 4)) == 4


def test_a_recipe_whose_processes_cannot_share_its_batch_is_refused() -> None:
    with pytest.raises(ValueError, match="batch_size 16 is no multiple of processes x micro_batch_size, 32"):
        Training(batch_size=16, micro_batch_size=8, processes=4)
    with pytest.raises(ValueError, match="compile and sharded exclude each other"):
        Training(compile=True, sharded=True)


def test_what_cannot_be_sharded_is_refused() -> None:
    sharded = Training(sharded=True)
    with pytest.raises(UserError, match=r"legal.training.sharded: one process has nobody .*--processes N"):
        check_sharded(sharded, World(), adaptation=False, where="legal")
    with pytest.raises(UserError, match=r"legal.training.sharded: an adapter .*`sharded: false`"):
        check_sharded(sharded, World(1, 2), adaptation=True, where="legal")
    check_sharded(sharded, World(1, 2), adaptation=False)
    check_sharded(Training(), World(1, 2), adaptation=True)


def test_a_gpu_that_is_not_there_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(UserError, match="--device gpu: a GPU was asked for and there is none here"), joined("gpu"):
        pass
    with joined("auto") as alone:
        assert alone == World(0, 1, torch.device("cpu"))


def test_a_node_has_a_gpu_for_each_of_its_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    launched = world_module.Launch(rank=5, size=8, local_rank=1, local_size=2)
    assert world_module._device(launched, "auto") == torch.device("cuda", 1)
    assert world_module._device(launched, "cpu") == torch.device("cpu")
    with pytest.raises(UserError, match=r"4 processes on this node, which has 2 GPU\(s\)"):
        world_module._device(world_module.Launch(1, 4, 1, 4), "auto")


def test_gradients_are_clipped_by_their_norm_together() -> None:
    one, other = torch.nn.Parameter(torch.zeros(2)), torch.nn.Parameter(torch.zeros(1))
    without = torch.nn.Parameter(torch.zeros(3))
    one.grad, other.grad = torch.tensor([3.0, 4.0]), torch.tensor([12.0])  # norm 13
    clip([one, other, without], 6.5)
    torch.testing.assert_close(one.grad, torch.tensor([1.5, 2.0]))
    torch.testing.assert_close(other.grad, torch.tensor([6.0]))
    assert without.grad is None


def test_a_process_alone_changes_nothing() -> None:
    world, parameter = World(), torch.nn.Parameter(torch.ones(2))
    parameter.grad = torch.tensor([1.0, 2.0])
    world.sum_gradients([parameter])
    world.broadcast_weights(torch.nn.Linear(2, 2))
    world.insist(recipe="one")
    assert parameter.grad.tolist() == [1.0, 2.0]
    assert world.broadcast({"a": [1]}) == {"a": [1]}
    assert whole(parameter) is parameter
    assert like(parameter.grad, parameter) is parameter.grad


def test_utilisation_is_operations_over_what_all_gpus_could_have_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: "NVIDIA A100-SXM4-80GB")
    gpu = torch.device("cuda", 0)
    assert mfu(312e12 * 3, 2.0, device=gpu, processes=3, bf16=True) == 0.5
    assert mfu(312e12, 2.0, device=gpu, processes=1, bf16=False) is None
    assert mfu(1e9, 1.0, device=torch.device("cpu"), processes=1, bf16=True) is None


@pytest.mark.parametrize(
    ("name", "peak"),
    [
        ("NVIDIA H100 80GB HBM3", 989e12),
        ("NVIDIA H200", 989e12),
        ("NVIDIA L4", 121e12),
        ("NVIDIA L40S", None),
        ("NVIDIA H100 PCIe", None),
        ("Tesla T4", None),
    ],
)
def test_peaks_are_those_of_the_very_card(name: str, peak: float | None) -> None:
    assert peak_of(name) == peak
