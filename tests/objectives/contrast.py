"""`torchrun -m tests.objectives.contrast FOLDER []`: a loss of in-batch negatives over the rows of all processes."""

import json
import sys
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from maskzoo.pretraining.world import World, joined

ROWS, WIDTH = 6, 5


def losses_and_gradients(world: World) -> tuple[float, Tensor]:
    """Sum over rows of the cross-entropy of finding a row's other view among those of all, and its gradient."""
    generator = torch.Generator().manual_seed(0)
    views = torch.randn(2, ROWS, WIDTH, generator=generator)
    layer = torch.nn.Linear(WIDTH, WIDTH, bias=False)
    with torch.no_grad():
        layer.weight.copy_(torch.randn(WIDTH, WIDTH, generator=generator))
    mine = world.part(ROWS)
    one, other = (layer(view[mine]) for view in views)
    loss = functional.cross_entropy(one @ world.all_gather(other).T, torch.arange(ROWS)[mine], reduction="sum")
    loss.backward()
    world.sum_gradients(layer.parameters())
    assert layer.weight.grad is not None
    return float(world.sum(loss.detach())), layer.weight.grad


if __name__ == "__main__":
    torch.set_num_threads(1)
    with joined("cpu") as joint:
        found, slopes = losses_and_gradients(joint)
        if joint.first:
            Path(sys.argv[1], "contrast.json").write_text(json.dumps({"loss": found, "gradient": slopes.tolist()}))
