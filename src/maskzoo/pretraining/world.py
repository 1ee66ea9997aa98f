"""The processes that share out a pretraining run: who they are, and what they tell each other.

Every process draws the same global batch, which follows from (seed, step), and works on its own rows of it. So all
that has to be exchanged is sums: of gradients, of losses, of what evaluation counted; and rows, where a loss compares
them with all others of the batch.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import torch
from torch import Tensor

from maskzoo.errors import UserError
from maskzoo.processes import Launch

Device = Literal["auto", "cpu", "gpu"]
BUCKET = 2**25  # numbers that are summed over the processes in one message
PATIENCE = timedelta(minutes=30)  # that a process waits for the others, as for the first one while it saves


@dataclass(frozen=True)
class World:
    """One of `size` processes, number `rank`; everything here is at once there where it is alone."""

    rank: int = 0
    size: int = 1
    device: torch.device = torch.device("cpu")  # noqa: RUF009 - immutable

    @property
    def first(self) -> bool:
        """Whether this is the one process that writes files and says how it goes."""
        return self.rank == 0

    def part(self, rows: int) -> slice:
        """This process' rows of a batch, which the processes share in equal parts, in order of their number."""
        each = rows // self.size
        return slice(self.rank * each, (self.rank + 1) * each)

    def sum(self, tensor: Tensor) -> Tensor:
        """The sum over all processes, in place."""
        if self.size > 1:
            torch.distributed.all_reduce(tensor)
        return tensor

    def largest(self, number: int) -> int:
        """The largest of all processes' numbers."""
        if self.size == 1:
            return number
        found = torch.tensor([number])
        torch.distributed.all_reduce(found, torch.distributed.ReduceOp.MAX)
        return int(found)

    def sum_gradients(self, parameters: Iterable[Tensor]) -> None:
        """Let every gradient be its sum over all processes, which must have gradients of the same parameters."""
        if self.size == 1:
            return
        bucket: list[Tensor] = []
        for parameter in parameters:
            if parameter.grad is not None:
                if bucket and sum(one.numel() for one in bucket) + parameter.grad.numel() > BUCKET:
                    self._sum_all(bucket)
                    bucket = []
                bucket.append(parameter.grad)
        if bucket:
            self._sum_all(bucket)

    def _sum_all(self, tensors: list[Tensor]) -> None:
        flat = self.sum(torch.cat([one.reshape(-1) for one in tensors]))
        for one, summed in zip(tensors, torch.split(flat, [one.numel() for one in tensors]), strict=True):
            one.copy_(summed.view_as(one))

    def broadcast_weights(self, module: torch.nn.Module) -> None:
        """Let all processes have the first one's weights and buffers."""
        if self.size == 1:
            return
        with torch.no_grad():
            for tensor in (*module.parameters(), *module.buffers()):
                there = tensor.detach().to(self.device)
                torch.distributed.broadcast(there, src=0)
                if there.data_ptr() != tensor.data_ptr():
                    tensor.copy_(there)

    def all_gather(self, tensor: Tensor) -> Tensor:
        """The rows of all processes in order of their number, (rows x size, ...), from this one's (rows, ...).

        Gradients pass: those that any process has for a row arrive, summed, where the row is from. All processes must
        call it, with equally many rows, and go backwards through it.
        """
        if self.size == 1:
            return tensor
        gathered: Tensor = _AllGather.apply(tensor, self)  # type: ignore[no-untyped-call]
        return gathered

    def broadcast(self, value: Any) -> Any:
        """The first process' value, for all: anything that JSON can hold."""
        if self.size == 1:
            return value
        written = json.dumps(value).encode() if self.first else b""
        length = torch.tensor([len(written)])
        torch.distributed.broadcast(length, src=0)
        text = torch.frombuffer(bytearray(written), dtype=torch.uint8) if self.first else None
        text = torch.empty(int(length), dtype=torch.uint8) if text is None else text
        torch.distributed.broadcast(text, src=0)
        return json.loads(bytes(text.tolist()))

    def wait(self) -> None:
        """Until all processes are here."""
        self.broadcast(None)

    def insist(self, **named: str) -> None:
        """
        Raises:
            UserError: in all processes, where one of these is another in any of them than in the first.
        """
        if self.size == 1:
            return
        mine = torch.tensor([list(hashlib.sha256(value.encode()).digest()) for value in named.values()])
        all_ = [torch.empty_like(mine) for _ in range(self.size)]
        torch.distributed.all_gather(all_, mine)
        for number, name in enumerate(named):
            others = [rank for rank, one in enumerate(all_) if not torch.equal(one[number], all_[0][number])]
            if others:
                raise UserError(
                    f"{name} is another in process {', '.join(map(str, others))} than in process 0",
                    expected="the same software, recipe and data on every node",
                )


class _AllGather(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, tensor: Tensor, world: World) -> Tensor:
        ctx.world = world
        pieces = [torch.empty_like(tensor) for _ in range(world.size)]
        torch.distributed.all_gather(pieces, tensor.contiguous())
        return torch.cat(pieces)

    @staticmethod
    def backward(ctx: Any, slope: Tensor) -> tuple[Tensor, None]:
        summed = ctx.world.sum(slope.clone())
        return summed[ctx.world.part(len(summed))], None


@contextmanager
def joined(device: Device = "auto") -> Iterator[World]:
    """This process among those that it was started with; alone where it was started by itself.

    A process group that is there already is used as it is, and stays.

    Raises:
        UserError: the environment is not one that torchrun makes, or there are not enough GPUs.
    """
    launch = Launch.of()
    place = _device(launch, "cpu" if os.environ.get("ACCELERATE_USE_CPU", "").lower() == "true" else device)
    if launch.size == 1:
        yield World(device=place)
        return
    from torch import distributed

    if place.type == "cuda":
        torch.cuda.set_device(place)
    world = World(launch.rank, launch.size, place)
    if distributed.is_initialized():
        yield world
        return
    distributed.init_process_group(
        "cpu:gloo,cuda:nccl" if place.type == "cuda" else "gloo",
        timeout=PATIENCE,
        device_id=place if place.type == "cuda" else None,
    )
    try:
        yield world
    finally:
        distributed.destroy_process_group()


def _device(launch: Launch, wanted: Device) -> torch.device:
    """One GPU for each process of a node, or the CPU for all of them."""
    found = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if wanted == "gpu" and not found:
        raise UserError(
            "a GPU was asked for and there is none here",
            where="--device gpu",
            expected="a node with a GPU that torch can use",
            hint="leave it out to train on the CPU",
        )
    if wanted == "cpu" or not found:
        return torch.device("cpu")
    if launch.local_size > found:
        raise UserError(
            f"{launch.local_size} processes on this node, which has {found} GPU(s)",
            expected="one process for each GPU",
            hint=f"start {found} of them, or train on the CPU with --device cpu",
        )
    return torch.device("cuda", launch.local_rank)
