"""Weights, gradients and moments of one model, each cut into as many parts as there are processes (FSDP2).

`torch.distributed.fsdp.fully_shard`: every parameter is cut along its first dimension, and a layer's are brought
together while it is computed, forwards and backwards. Zhao et al. 2023, "PyTorch FSDP"
(https://arxiv.org/abs/2304.11277); Rajbhandari et al. 2020, "ZeRO" (https://arxiv.org/abs/1910.02054), stage 3.
"""

from typing import Any

from torch import Tensor, nn

from maskzoo import models
from maskzoo.errors import UserError
from maskzoo.pretraining.world import World
from maskzoo.recipe.training import Training


def check_sharded(training: Training, world: World, *, adaptation: bool, where: str | None = None) -> None:
    """
    Raises:
        UserError: the run is to be sharded and cannot be.
    """
    if not training.sharded:
        return
    key = where and f"{where}.training.sharded"
    if world.size == 1:
        raise UserError(
            "one process has nobody to share the weights with",
            where=key,
            expected="several processes (maskzoo pretrain --processes N, or torchrun), or `sharded: false`",
        )
    if adaptation:
        raise UserError(
            "an adapter is trained on a base in one piece, so its weights cannot be sharded",
            where=key,
            expected="`sharded: false`: every process has the base, and gradients of the adapter alone are exchanged",
        )


def shard(root: nn.Module, model: Any, world: World) -> None:
    """Cut `root`, in which `model` lies, into parts for all processes, in place and on their devices.

    Every layer of the encoder is brought together by itself, the rest (embeddings, head, what an objective adds) while
    `root` is computed: so nothing of the model may be computed but within `root`'s own forward.

    Gradients come out as sums over the processes, not as means.
    """
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import FSDPModule, fully_shard

    layers = models.of(model).sharding_units(model)
    mesh = init_device_mesh(world.device.type, (world.size,))
    for layer in (*layers, root):
        fully_shard(layer, mesh=mesh)
    for module in root.modules():
        if isinstance(module, FSDPModule):
            module.set_gradient_divide_factor(1.0)
            module.set_force_sum_reduction_for_comms(True)  # gloo knows no other than plain sums


def whole(tensor: Tensor) -> Tensor:
    """A tensor with all its parts; all processes must ask for it. What is in one piece is given back as it is."""
    full: Tensor = tensor.full_tensor() if hasattr(tensor, "full_tensor") else tensor
    return full


def like(value: Tensor, parameter: Tensor) -> Tensor:
    """A whole tensor cut, or not, as `parameter` is, and where that is; without asking the other processes.

    What has another shape than the parameter, as an optimiser's count of steps, stays whole.
    """
    value = value.to(parameter.device)
    if not hasattr(parameter, "full_tensor") or value.shape != parameter.shape:
        return value
    from torch.distributed.tensor import DTensor, distribute_tensor

    assert isinstance(parameter, DTensor)
    return distribute_tensor(value, parameter.device_mesh, parameter.placements, src_data_rank=None)
