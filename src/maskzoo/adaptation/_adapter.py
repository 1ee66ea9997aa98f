"""An adapter on a model: put on, saved alone, merged, taken off, measured."""

import json
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import torch

from maskzoo import registry, tuners  # noqa: F401 - registers the methods that PEFT lacks
from maskzoo.adaptation._settings import Method
from maskzoo.errors import UserError
from maskzoo.files import atomic_folder, read_json

PACKAGE = "maskzoo.adaptation"


@dataclass
class Adapter:
    """An adapter on `model`, which is the plain transformers model with some of its layers replaced."""

    model: Any
    peft: Any
    method: ModuleType
    settings: Method

    @property
    def merges(self) -> bool:
        """Whether plain weights can hold what was learned."""
        return bool(self.method.MERGES)

    def save(self, folder: Path, *, base: str | None) -> None:
        """Write `folder` as a whole: what PEFT loads, and nothing of the base.

        Args:
            base: where others find the base; goes into adapter_config.json.
        """
        with atomic_folder(folder) as temporary:
            self.peft.save_pretrained(temporary, save_embedding_layers=False)
            (temporary / "README.md").unlink(missing_ok=True)  # a card of PEFT's own, full of blanks
            config = read_json(temporary / "adapter_config.json") | {"base_model_name_or_path": base}
            (temporary / "adapter_config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")

    def merged(self) -> Any:
        """The plain model with what was learned in its own weights; the adapter is gone."""
        return self.peft.merge_and_unload()

    def removed(self) -> Any:
        """The plain base, bit for bit; the adapter is gone."""
        return self.peft.unload()


def adapt(
    model: Any, settings: Method, *, seed: int, head_is_trained: bool = False, where: str | None = None
) -> Adapter:
    """Freeze `model` and put a new adapter on it, in place.

    Args:
        model: a transformers model.
        settings: of a method.
        seed: of the adapter's first weights.
        head_is_trained: whether what stands on top of the encoder is new, so that all of it is trained.
        where: file and key of the settings, for messages.

    Raises:
        UserError: the method cannot adapt this model; names those that can.
    """
    from peft import get_peft_model

    method = registry.load(PACKAGE, settings.method, kind="adaptation method", where=where)
    reason = method.objection(model, settings)
    if reason is not None:
        raise UserError(reason, where=where, expected=f"a method that works here: {', '.join(suitable(model))}")
    torch.manual_seed(seed)
    peft = get_peft_model(model, method.config(model, settings, head_is_trained=head_is_trained))
    if head_is_trained:
        prefix = f"{model.base_model_prefix}."
        for name, parameter in model.named_parameters():
            if not name.startswith(prefix):
                parameter.requires_grad_(True)
    return Adapter(model, peft, method, settings)


def suitable(model: Any) -> list[str]:
    """Names of the methods that can adapt `model`, with their default settings."""
    methods = {name: registry.load(PACKAGE, name, kind="adaptation method") for name in registry.names(PACKAGE)}
    return [name for name, method in methods.items() if method.objection(model, method.Settings()) is None]


def trainable(model: torch.nn.Module) -> int:
    """How many numbers of `model` are trained."""
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)


def stored(folder: Path) -> dict[str, int]:
    """Numbers and bytes in an adapter's folder."""
    from safetensors import safe_open

    numbers = 0
    for file in folder.glob("*.safetensors"):
        with safe_open(file, framework="pt") as tensors:
            numbers += sum(tensors.get_tensor(name).numel() for name in tensors.keys())  # noqa: SIM118
    return {"numbers": numbers, "bytes": sum(file.stat().st_size for file in folder.iterdir() if file.is_file())}
