"""What the tuners that PEFT lacks share: configuration, the layer around a frozen layer, and registration.

PEFT finds a method by a member of its closed enum `PeftType`. Ours are named `MASKZOO_<METHOD>`, so that an adapter
that is loaded without this package fails with that name, and no later version of PEFT means something else by it.
"""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from peft import PeftConfig
from peft.tuners.tuners_utils import BaseTuner, BaseTunerLayer, check_adapters_to_merge
from peft.utils import PeftType, register_peft_method
from torch import nn

PACKAGE = "maskzoo_"


@dataclass
class AdapterConfig(PeftConfig):  # type: ignore[misc]
    """Full names of the modules that are replaced; PEFT's own `target_modules` would match the heads of tasks, too."""

    METHOD: ClassVar[str] = ""
    NAMES: ClassVar[tuple[str, ...]] = ("modules",)  # fields that hold names of modules
    modules: list[str] = field(default_factory=list)
    target_modules: list[str] | None = None
    modules_to_save: list[str] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self.peft_type = getattr(PeftType, f"{PACKAGE}{self.METHOD}".upper())

    def cut_names(self, prefix: str) -> None:
        """Take a prefix off all names, for a model that begins below it."""
        for key in self.NAMES:
            value = getattr(self, key)
            if isinstance(value, str):
                setattr(self, key, value.removeprefix(prefix))
            elif isinstance(value, dict):
                setattr(self, key, {name.removeprefix(prefix): one for name, one in value.items()})
            elif value is not None:
                setattr(self, key, [name.removeprefix(prefix) for name in value])


class AdapterLayer(nn.Module, BaseTunerLayer):  # type: ignore[misc]
    """A frozen layer and, by adapter name, what was learned for it; one adapter is active at a time.

    A method says how parameters begin (`create`), what the layer gives with them (`adapted`), and, where it can, how
    they go into the base's weights and out again (`merge_one`, `unmerge_one`).
    """

    base_layer: Any

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    def __init__(self, base_layer: nn.Module, adapter_name: str, config: Any, key: str) -> None:
        super().__init__()
        self.base_layer = base_layer
        for name in self.adapter_layer_names:
            setattr(self, name, self.container(name))
        self.merged_adapters: list[str] = []
        self._disable_adapters, self._active_adapter = False, [adapter_name]
        self.add(adapter_name, config, key)

    def container(self, name: str) -> nn.Module:
        """What holds an attribute of `adapter_layer_names` for every adapter."""
        return nn.ParameterDict()

    def add(self, adapter_name: str, config: Any, key: str) -> None:
        """Parameters for one more adapter on the module `key`."""
        self.create(adapter_name, config, key)
        self._move_adapter_to_device_of_base_layer(adapter_name)
        self.set_adapter(self.active_adapters, inference_mode=config.inference_mode)

    def create(self, adapter_name: str, config: Any, key: str) -> None:
        """Put new parameters into the containers."""
        raise NotImplementedError

    def adapted(self, adapter_name: str, *args: Any, **kwargs: Any) -> Any:
        """The layer's output with an adapter."""
        raise NotImplementedError

    def merge_one(self, adapter_name: str) -> None:
        """Change the base's weights so that they give what `adapted` gives.

        Raises:
            ValueError: no weights of the base could.
        """
        raise ValueError(f"{type(self).__name__} cannot be merged: the base has no weights that could hold it")

    def unmerge_one(self, adapter_name: str) -> None:
        """Undo `merge_one`, exactly."""
        raise NotImplementedError

    def has(self, adapter_name: str) -> bool:
        """Whether the layer is part of an adapter."""
        return adapter_name in getattr(self, self.adapter_layer_names[0])

    def active_name(self) -> str | None:
        """The adapter that is in use here and not merged; None where the base answers alone."""
        if self.disable_adapters or self.merged:
            return None
        return next((name for name in reversed(self.active_adapters) if self.has(name)), None)

    def merge(self, safe_merge: bool = False, adapter_names: list[str] | None = None) -> None:
        """Merge the last of the adapters (default: the active ones)."""
        for name in [name for name in check_adapters_to_merge(self, adapter_names) if self.has(name)][-1:]:
            if self.merged:
                self.unmerge()
            self.merge_one(name)
            self.merged_adapters.append(name)

    def unmerge(self) -> None:
        """The base as it was."""
        while self.merged_adapters:
            self.unmerge_one(self.merged_adapters.pop())

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """The base's output, or the adapted one."""
        if self.disable_adapters and self.merged:
            self.unmerge()
        name = self.active_name()
        return self.base_layer(*args, **kwargs) if name is None else self.adapted(name, *args, **kwargs)


class AdapterTuner(BaseTuner):  # type: ignore[misc]
    """Replaces the modules that the configuration names, each by the layer that `layer` chooses."""

    target_module_mapping: dict[str, list[str]] = {}  # noqa: RUF012 - PEFT reads it from the class
    tuner_layer_cls = AdapterLayer

    def layer(self, config: Any, key: str) -> type[AdapterLayer]:
        """What stands around the module `key`."""
        raise NotImplementedError

    @classmethod
    def _remove_adapter_name_from_key(cls, key: str, adapter_name: str) -> str:
        # PEFT finds the name only at the end, or before a parameter; a network has more below it
        inside = rf"(\.{re.escape(cls.prefix)}\w+)\.{re.escape(adapter_name)}(?=\.)"
        shorter: str = super()._remove_adapter_name_from_key(re.sub(inside, r"\1", key), adapter_name)
        return shorter

    def _prepare_adapter_config(self, peft_config: Any, model_config: Any) -> Any:
        return peft_config

    @staticmethod
    def _check_target_module_exists(peft_config: Any, key: str) -> bool:
        return key in peft_config.modules

    def _replace_module(self, parent: nn.Module, child_name: str, new_module: nn.Module, child: nn.Module) -> None:
        setattr(parent, child_name, new_module)  # a layer brings its adapters to its own device

    def _unload_and_optionally_merge(self, *args: Any, **kwargs: Any) -> Any:
        while any(isinstance(module, BaseTunerLayer) for module in self.model.modules()):  # some lie inside others
            super()._unload_and_optionally_merge(*args, **kwargs)
        return self.model

    def _create_and_replace(
        self,
        peft_config: Any,
        adapter_name: str,
        target: nn.Module,
        target_name: str,
        parent: nn.Module,
        current_key: str,
        parameter_name: str | None = None,
    ) -> None:
        wanted = self.layer(peft_config, current_key)
        if isinstance(target, AdapterLayer) and type(target) is wanted:
            target.add(adapter_name, peft_config, current_key)
            return
        layer = wanted(target, adapter_name, peft_config, current_key)
        if adapter_name not in self.active_adapters:
            layer.set_adapter(self.active_adapters)
        self._replace_module(parent, target_name, layer, target)


def register(config: type[AdapterConfig], tuner: type[AdapterTuner]) -> None:
    """Teach PEFT a method: a new member of its enum, then its public hook."""
    name = f"{PACKAGE}{config.METHOD}"
    member = str.__new__(PeftType, name.upper())
    member._name_ = member._value_ = name.upper()
    setattr(PeftType, name.upper(), member)
    PeftType._member_names_.append(name.upper())
    PeftType._member_map_[name.upper()] = PeftType._value2member_map_[name.upper()] = member
    register_peft_method(name=name, config_cls=config, model_cls=tuner, prefix=tuner.prefix)
