"""Language adapters as a PEFT tuner."""

from dataclasses import dataclass, field
from typing import Any

from torch import nn

from maskzoo.adaptation.common.bottleneck import Bottleneck, width
from maskzoo.adaptation.common.tuner import AdapterConfig, AdapterLayer, AdapterTuner, register


@dataclass
class LanguageAdapterConfig(AdapterConfig):
    """The languages that have adapters, and the one that is active when the adapter is put on."""

    METHOD = "language_adapter"
    languages: list[str] = field(default_factory=list)
    language: str = ""
    reduction: int = 16


class LanguageLayer(AdapterLayer):
    """The end of a feed-forward network, h + U relu(D h) with U and D of the language that is active."""

    adapter_layer_names = ("language_networks",)

    def container(self, name: str) -> nn.Module:
        return nn.ModuleDict()

    def create(self, adapter_name: str, config: Any, key: str) -> None:
        size = self.get_base_layer().out_features
        self.language: str = config.language
        self.language_networks[adapter_name] = nn.ModuleDict(
            {language: Bottleneck(size, size, width(size, config.reduction)) for language in config.languages}
        )

    def adapted(self, adapter_name: str, *args: Any, **kwargs: Any) -> Any:
        hidden = self.base_layer(*args, **kwargs)
        return hidden + self.language_networks[adapter_name][self.language](hidden)

    def set_adapter(self, adapter_names: str | list[str], inference_mode: bool = False) -> None:
        """Active and, of the active language, to be trained."""
        super().set_adapter(adapter_names, inference_mode=inference_mode)
        for networks in self.language_networks.values():
            for language, network in networks.items():
                if language != self.language:
                    network.requires_grad_(False)

    def switch(self, language: str) -> None:
        """Make another language the active one."""
        self.language = language
        self.set_adapter(self.active_adapters)


class LanguageAdapterTuner(AdapterTuner):
    """Language adapters as PEFT sees them."""

    prefix = "language_"

    def layer(self, config: Any, key: str) -> type[AdapterLayer]:
        return LanguageLayer


def switch(model: nn.Module, language: str) -> None:
    """Let the adapters of `language` speak, and be trained; all others are as if they were not there.

    Raises:
        KeyError: no adapter of this model knows the language.
    """
    layers = [module for module in model.modules() if isinstance(module, LanguageLayer)]
    known = sorted({name for layer in layers for networks in layer.language_networks.values() for name in networks})
    if language not in known:
        raise KeyError(f"no adapter for {language!r}; there are: {', '.join(known) or 'none'}")
    for layer in layers:
        layer.switch(language)


register(LanguageAdapterConfig, LanguageAdapterTuner)
