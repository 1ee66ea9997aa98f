"""Invertible adapters as a PEFT tuner."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from maskzoo.adaptation.common.bottleneck import Bottleneck, width
from maskzoo.adaptation.common.tuner import AdapterConfig, AdapterLayer, AdapterTuner, register


@dataclass
class InvertibleConfig(AdapterConfig):
    """Names of the layer that ends the embeddings and of the one before the projection, and sizes."""

    METHOD = "invertible"
    NAMES = ("modules", "embedding", "head")
    embedding: str | None = None
    head: str | None = None
    size: int = 0
    reduction: int = 16
    coupling_reduction: int = 2


class Coupling(nn.Module):
    """x = (a, b) to (a + F(b), b + G(a + F(b))), which can be undone; F and G start at zero."""

    def __init__(self, size: int, reduction: int) -> None:
        super().__init__()
        half = size // 2
        self.first = Bottleneck(half, half, width(half, reduction))
        self.second = Bottleneck(half, half, width(half, reduction))

    def forward(self, hidden: Tensor) -> Tensor:
        """(..., hidden) to (..., hidden)."""
        one, other = hidden.chunk(2, dim=-1)
        one = one + self.first(other)
        return torch.cat((one, other + self.second(one)), dim=-1)

    def inverse(self, hidden: Tensor) -> Tensor:
        """What `forward` was given."""
        one, other = hidden.chunk(2, dim=-1)
        other = other - self.second(one)
        return torch.cat((one - self.first(other), other), dim=-1)


class CouplingLayer(AdapterLayer):
    """The end of the embeddings, bent by the coupling."""

    adapter_layer_names = ("invertible_coupling",)

    def container(self, name: str) -> nn.Module:
        return nn.ModuleDict()

    def create(self, adapter_name: str, config: Any, key: str) -> None:
        self.invertible_coupling[adapter_name] = Coupling(config.size, config.coupling_reduction)

    def adapted(self, adapter_name: str, *args: Any, **kwargs: Any) -> Any:
        return self.invertible_coupling[adapter_name](self.base_layer(*args, **kwargs))


class InverseLayer(AdapterLayer):
    """The end of the head's transform, straightened by the coupling of the embeddings, which it does not own."""

    coupling: "list[CouplingLayer]"  # in a list, so that it is no part of this module

    def create(self, adapter_name: str, config: Any, key: str) -> None:
        """Nothing of its own."""

    def has(self, adapter_name: str) -> bool:
        return self.coupling[0].has(adapter_name)

    def adapted(self, adapter_name: str, *args: Any, **kwargs: Any) -> Any:
        return self.coupling[0].invertible_coupling[adapter_name].inverse(self.base_layer(*args, **kwargs))


class InnerLayer(AdapterLayer):
    """The end of a feed-forward network, h + U relu(D h)."""

    adapter_layer_names = ("invertible_network",)

    def container(self, name: str) -> nn.Module:
        return nn.ModuleDict()

    def create(self, adapter_name: str, config: Any, key: str) -> None:
        size = self.get_base_layer().out_features
        self.invertible_network[adapter_name] = Bottleneck(size, size, width(size, config.reduction))

    def adapted(self, adapter_name: str, *args: Any, **kwargs: Any) -> Any:
        hidden = self.base_layer(*args, **kwargs)
        return hidden + self.invertible_network[adapter_name](hidden)


class InvertibleTuner(AdapterTuner):
    """Invertible adapters as PEFT sees them."""

    prefix = "invertible_"

    def layer(self, config: Any, key: str) -> type[AdapterLayer]:
        return {config.embedding: CouplingLayer, config.head: InverseLayer}.get(key, InnerLayer)

    def _post_injection_hook(self, model: nn.Module, config: Any, adapter_name: str) -> None:
        couplings = [module for module in model.modules() if isinstance(module, CouplingLayer)]
        for module in model.modules():
            if isinstance(module, InverseLayer):
                module.coupling = couplings


register(InvertibleConfig, InvertibleTuner)
