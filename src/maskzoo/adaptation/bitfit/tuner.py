"""BitFit as a PEFT tuner: a bias of its own for every layer, used in place of the frozen one."""

from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional

from maskzoo.adaptation.common.tuner import AdapterConfig, AdapterLayer, AdapterTuner, register


@dataclass
class BitFitConfig(AdapterConfig):
    """Which modules get a bias of their own."""

    METHOD = "bitfit"


class BitFitLayer(AdapterLayer):
    """A layer with a bias; the adapter's starts as a copy and takes its place."""

    adapter_layer_names = ("bitfit_bias",)

    def create(self, adapter_name: str, config: Any, key: str) -> None:
        self.bitfit_bias[adapter_name] = nn.Parameter(self.get_base_layer().bias.detach().clone())

    def adapted(self, adapter_name: str, *args: Any, **kwargs: Any) -> Any:
        layer, bias = self.base_layer, self.bitfit_bias[adapter_name]
        if type(layer) is nn.Linear:
            return functional.linear(args[0], layer.weight, bias)
        if type(layer) is nn.LayerNorm:
            return functional.layer_norm(args[0], layer.normalized_shape, layer.weight, bias, layer.eps)
        return functional_call(layer, {"bias": bias}, args, kwargs)

    def merge_one(self, adapter_name: str) -> None:
        self._swap(adapter_name)

    def unmerge_one(self, adapter_name: str) -> None:
        self._swap(adapter_name)

    def _swap(self, adapter_name: str) -> None:
        base, own = self.get_base_layer().bias, self.bitfit_bias[adapter_name]
        base.data, own.data = own.data, base.data

    @property
    def bias(self) -> Tensor:
        """The bias in use, for code that asks the layer for it instead of calling it."""
        name = self.active_name()
        found: Tensor = self.get_base_layer().bias if name is None else self.bitfit_bias[name]
        return found


class BitFitTuner(AdapterTuner):
    """BitFit as PEFT sees it."""

    prefix = "bitfit_"

    def layer(self, config: Any, key: str) -> type[AdapterLayer]:
        return BitFitLayer


register(BitFitConfig, BitFitTuner)
