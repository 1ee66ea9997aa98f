"""Winning tickets as a PEFT tuner: a few weights of a matrix have values of their own."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

import torch
from peft.tuners._buffer_dict import BufferDict
from torch import Tensor, nn
from torch.nn import functional

from maskzoo.adaptation.common.bits import pack, unpack
from maskzoo.adaptation.common.tuner import AdapterConfig, AdapterLayer, AdapterTuner, register
from maskzoo.adaptation.prompt.tuner import PromptLayer


@dataclass
class WinningTicketConfig(AdapterConfig):
    """How many weights of every matrix are in the ticket; the encoder's name and the size of a prompt."""

    METHOD = "winning_ticket"
    NAMES = ("modules", "counts", "body")
    counts: dict[str, int] = field(default_factory=dict)
    body: str | None = None
    length: int = 0
    size: int = 0

    chosen: ClassVar[dict[str, Tensor] | None] = (
        None  # name -> mask, while an adapter is made; one that is loaded brings its own
    )


class TicketLayer(AdapterLayer):
    """A linear layer some of whose weights have other values; which ones is kept as one bit a weight."""

    adapter_layer_names = ("ticket_values",)
    other_param_names = ("ticket_bits",)

    def create(self, adapter_name: str, config: Any, key: str) -> None:
        weight = self.get_base_layer().weight.detach()
        if "ticket_bits" not in self._modules:
            self.ticket_bits = BufferDict({}, persistent=True)
            self._masks: dict[str, Tensor] = {}
        if config.chosen is None:
            self.ticket_bits[adapter_name] = torch.zeros(-(-weight.numel() // 8), dtype=torch.uint8)
            self.ticket_values[adapter_name] = nn.Parameter(torch.zeros(config.counts[key]))
        else:
            self.ticket_bits[adapter_name] = pack(config.chosen[key])
            self.ticket_values[adapter_name] = nn.Parameter(weight[config.chosen[key].to(weight.device)].clone())

    def _load_from_state_dict(self, *args: Any, **kwargs: Any) -> None:
        self._masks.clear()
        super()._load_from_state_dict(*args, **kwargs)

    def weight_of(self, adapter_name: str) -> Tensor:
        """The matrix with the ticket's values in it."""
        base = self.get_base_layer().weight
        if adapter_name not in self._masks:
            self._masks[adapter_name] = unpack(self.ticket_bits[adapter_name], base.shape).to(base.device)
        return base.masked_scatter(self._masks[adapter_name], self.ticket_values[adapter_name])  # type: ignore[no-any-return]

    def adapted(self, adapter_name: str, *args: Any, **kwargs: Any) -> Any:
        return functional.linear(args[0], self.weight_of(adapter_name), self.base_layer.bias)

    def merge_one(self, adapter_name: str) -> None:
        base = self.get_base_layer()
        self._whole = base.weight.data
        base.weight.data = self.weight_of(adapter_name).detach()

    def unmerge_one(self, adapter_name: str) -> None:
        self.get_base_layer().weight.data = self._whole


class WinningTicketTuner(AdapterTuner):
    """Winning tickets as PEFT sees them."""

    prefix = "ticket_"

    def layer(self, config: Any, key: str) -> type[AdapterLayer]:
        return PromptLayer if key == config.body else TicketLayer


register(WinningTicketConfig, WinningTicketTuner)
