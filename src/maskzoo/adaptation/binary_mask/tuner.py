"""Binary masks as a PEFT tuner; saved packed, one bit a weight."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from maskzoo.adaptation.common.bits import pack, unpack
from maskzoo.adaptation.common.tuner import AdapterConfig, AdapterLayer, AdapterTuner, register

LOWEST = 0.02  # scores begin between minus this and what gives the wanted sparsity


@dataclass
class BinaryMaskConfig(AdapterConfig):
    """Share of weights that are off at first, and the score above which one is on."""

    METHOD = "binary_mask"
    sparsity: float = 0.05
    threshold: float = 0.01


class _Above(torch.autograd.Function):
    """1 where a score is above the threshold, else 0; the gradient passes as if it were the score itself."""

    @staticmethod
    def forward(ctx: Any, scores: Tensor, threshold: float) -> Tensor:
        return (scores > threshold).to(scores.dtype)

    @staticmethod
    def backward(ctx: Any, slope: Tensor) -> tuple[Tensor, None]:
        return slope, None


def first_scores(shape: torch.Size, *, sparsity: float, threshold: float) -> Tensor:
    """Uniform on [-c, (c + tau) / p - c], so that a share p of them is not above tau; c = 0.02."""
    highest = (LOWEST + threshold) / sparsity - LOWEST
    return torch.empty(shape).uniform_(-LOWEST, highest)


class BinaryMaskLayer(AdapterLayer):
    """A linear layer with W * [scores > threshold] in the place of W."""

    adapter_layer_names = ("binary_mask_scores",)

    def create(self, adapter_name: str, config: Any, key: str) -> None:
        self.threshold = config.threshold
        scores = first_scores(self.get_base_layer().weight.shape, sparsity=config.sparsity, threshold=config.threshold)
        self.binary_mask_scores[adapter_name] = nn.Parameter(scores)

    def masked(self, adapter_name: str) -> Tensor:
        """The weights that count, and zeros."""
        mask: Tensor = _Above.apply(self.binary_mask_scores[adapter_name], self.threshold)  # type: ignore[no-untyped-call]
        return self.get_base_layer().weight * mask  # type: ignore[no-any-return]

    def adapted(self, adapter_name: str, *args: Any, **kwargs: Any) -> Any:
        return functional.linear(args[0], self.masked(adapter_name), self.base_layer.bias)

    def merge_one(self, adapter_name: str) -> None:
        base = self.get_base_layer()
        self._whole = base.weight.data
        base.weight.data = self.masked(adapter_name).detach()

    def unmerge_one(self, adapter_name: str) -> None:
        self.get_base_layer().weight.data = self._whole


class BinaryMaskTuner(AdapterTuner):
    """Binary masks as PEFT sees them."""

    prefix = "binary_mask_"

    def layer(self, config: Any, key: str) -> type[AdapterLayer]:
        return BinaryMaskLayer

    @classmethod
    def _get_adapter_state_dict(cls, **given: Any) -> dict[str, Tensor]:
        found = super()._get_adapter_state_dict(**given)
        threshold = given["config"].threshold
        return {name: pack(scores > threshold) for name, scores in found.items()}

    @classmethod
    def _remap_adapter_state_dict_for_load(
        cls, model: Any, config: Any, adapter_name: str, state_dict: dict[str, Tensor]
    ) -> dict[str, Tensor]:
        found = super()._remap_adapter_state_dict_for_load(model, config, adapter_name, state_dict)
        shapes = {name: tensor.shape for name, tensor in model.state_dict().items()}
        return {
            name: torch.where(unpack(bits, shapes[name]), config.threshold + 1.0, config.threshold - 1.0)
            for name, bits in found.items()
            if name in shapes
        }


register(BinaryMaskConfig, BinaryMaskTuner)
