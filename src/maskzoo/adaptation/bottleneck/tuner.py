"""Bottleneck adapters as a PEFT tuner."""

from dataclasses import dataclass, field
from typing import Any

from torch import nn

from maskzoo.adaptation.common.bottleneck import Bottleneck, width
from maskzoo.adaptation.common.tuner import AdapterConfig, AdapterLayer, AdapterTuner, register


@dataclass
class BottleneckConfig(AdapterConfig):
    """Size and scale; `listening` names the layers whose input the bottlenecks of the parallel form take."""

    METHOD = "bottleneck"
    NAMES = ("modules", "listening")
    reduction: int = 16
    scale: float = 1.0
    listening: list[str] = field(default_factory=list)


class BottleneckLayer(AdapterLayer):
    """A linear layer whose output h becomes h + scale * U relu(D h)."""

    adapter_layer_names = ("bottleneck_network",)

    def container(self, name: str) -> nn.Module:
        self.scale: dict[str, float] = {}
        return nn.ModuleDict()

    def create(self, adapter_name: str, config: Any, key: str) -> None:
        size = self.get_base_layer().out_features
        self.scale[adapter_name] = config.scale
        self.bottleneck_network[adapter_name] = Bottleneck(size, size, width(size, config.reduction))

    def adapted(self, adapter_name: str, *args: Any, **kwargs: Any) -> Any:
        hidden = self.base_layer(*args, **kwargs)
        return hidden + self.scale[adapter_name] * self.bottleneck_network[adapter_name](hidden)


class ListeningLayer(AdapterLayer):
    """The first layer of a feed-forward network; it remembers what went in, and changes nothing."""

    def create(self, adapter_name: str, config: Any, key: str) -> None:
        self.heard: Any = None

    def has(self, adapter_name: str) -> bool:
        return True

    def adapted(self, adapter_name: str, *args: Any, **kwargs: Any) -> Any:
        self.heard = args[0]
        return self.base_layer(*args, **kwargs)

    def merge_one(self, adapter_name: str) -> None:
        """Nothing to merge here; the layer that listens says that it cannot."""

    def unmerge_one(self, adapter_name: str) -> None:
        """Nothing was merged."""


class ParallelLayer(BottleneckLayer):
    """The last layer of a feed-forward network; what went into its first one also takes a way round it."""

    ear: "list[ListeningLayer]"  # in a list, so that it is no part of this module

    def adapted(self, adapter_name: str, *args: Any, **kwargs: Any) -> Any:
        around = self.bottleneck_network[adapter_name](self.ear[0].heard)
        return self.base_layer(*args, **kwargs) + self.scale[adapter_name] * around


class BottleneckTuner(AdapterTuner):
    """Bottleneck adapters as PEFT sees them."""

    prefix = "bottleneck_"

    def layer(self, config: Any, key: str) -> type[AdapterLayer]:
        if not config.listening:
            return BottleneckLayer
        return ListeningLayer if key in config.listening else ParallelLayer

    def _post_injection_hook(self, model: nn.Module, config: Any, adapter_name: str) -> None:
        ear: list[ListeningLayer] = []
        for module in model.modules():  # the first layer of a feed-forward network comes before its last
            if isinstance(module, ListeningLayer):
                ear = [module]
            elif isinstance(module, ParallelLayer):
                module.ear = ear


register(BottleneckConfig, BottleneckTuner)
