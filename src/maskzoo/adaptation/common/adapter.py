"""An adapter on a model: put on, saved alone, loaded, merged, taken off, measured."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import Tensor

from maskzoo import registry
from maskzoo.adaptation.common import beside, registering  # noqa: F401 - the methods that PEFT lacks
from maskzoo.errors import UserError
from maskzoo.files import atomic_folder, read_json
from maskzoo.loading import load_adapter, load_peft_model
from maskzoo.models.common.read_back import answers, check_same
from maskzoo.recipe.method import Method

FILE = beside.FILE
OF_PEFT = ("ia3", "ln_tuning", "lora")  # methods that PEFT has itself


@dataclass
class Adapter:
    """An adapter on `model`, which is the plain transformers model with some of its layers replaced."""

    model: Any
    peft: Any
    method: ModuleType
    settings: Method
    head: Sequence[str] = ()  # names of the head's own parameters, where all of it is trained
    bias: Mapping[str, Tensor] = field(default_factory=dict)  # the output bias of new words, which the base lacks
    sums: Mapping[str, str] = field(default_factory=dict)  # of the base's frozen parameters, as it was put on

    @property
    def merges(self) -> bool:
        """Whether plain weights can hold what was learned."""
        return bool(self.method.merges(self.settings))

    def save(self, folder: Path, *, base: str | None) -> None:
        """Write `folder` as a whole: what PEFT loads, what was trained beside it, and nothing else of the base.

        Args:
            base: where others find the base; goes into adapter_config.json.
        """
        from safetensors.torch import save_file

        kept = beside.write_rows_back(self.model)
        kept |= self.bias if kept else {}
        own = dict(self.model.named_parameters())
        kept |= {f"head.{name.replace('.base_layer', '')}": own[name].detach().cpu().contiguous() for name in self.head}
        with atomic_folder(folder) as temporary:
            self.peft.save_pretrained(temporary, save_embedding_layers=False)
            # instead of a card of PEFT's own, full of blanks
            (temporary / "README.md").write_text(how_to_load(self.method, beside=bool(kept)), encoding="utf-8")
            config = read_json(temporary / "adapter_config.json") | {"base_model_name_or_path": base}
            (temporary / "adapter_config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
            if kept:
                save_file(kept, temporary / beside.FILE)

    def base_is_unchanged(self) -> bool:
        """Whether every number of the base is what it was: then without the adapter it is the base, bit for bit."""
        now = _sums(self.model)
        return all(now.get(name) == wanted for name, wanted in self.sums.items())

    def merged(self) -> Any:
        """The plain model with what was learned in its own weights; the adapter is gone."""
        return self.peft.merge_and_unload()

    def removed(self) -> Any:
        """The plain base, bit for bit; the adapter is gone."""
        return self.peft.unload()


def adapt(
    model: Any,
    settings: Method,
    *,
    seed: int,
    head_is_trained: bool = False,
    new_rows: Sequence[int] = (),
    prepared: Path | None = None,
    measured: bool = False,
    where: str | None = None,
) -> Adapter:
    """Freeze `model` and put a new adapter on it, in place.

    Args:
        model: a transformers model.
        settings: of a method.
        seed: of the adapter's first weights.
        head_is_trained: whether what stands on top of the encoder is new, so that all of it is trained.
        new_rows: ids of words that the base did not know, whose rows are trained, too.
        prepared: folder of what was made for the method beforehand.
        measured: remember checksums of the base, for `base_is_unchanged`.
        where: file and key of the settings, for messages.

    Raises:
        UserError: the method cannot adapt this model; names those that can.
    """
    from peft import get_peft_model

    method = registry.load("adaptation", settings.method, where=where)
    reason = method.objection(model, settings)
    if reason is not None:
        raise UserError(reason, where=where, expected=f"a method that works here: {', '.join(suitable(model))}")
    torch.manual_seed(seed)
    bias = beside.output_bias(model, new_rows)
    peft = get_peft_model(model, method.config(model, settings, head_is_trained=head_is_trained, prepared=prepared))
    head = head_names(model) if head_is_trained else []
    for name, parameter in model.named_parameters():
        if name in head:
            parameter.requires_grad_(True)
    if new_rows:
        beside.train_rows(model, new_rows)
    return Adapter(model, peft, method, settings, head, bias, _sums(model) if measured else {})


def how_to_load(method: ModuleType, *, beside: bool) -> str:
    """A page that says which call gives the model that was trained.

    Args:
        beside: whether more than the adapter was trained, which PEFT does not look for.
    """
    name = method.__name__.rpartition(".")[2]
    own = name not in OF_PEFT
    lines = ["from transformers import AutoModelForMaskedLM", 'base = AutoModelForMaskedLM.from_pretrained("the base")']
    if beside:
        lines = ["import maskzoo.tuners", *lines, 'model = maskzoo.tuners.load(base, "this folder")']
        why = (
            f"`{FILE}` holds what the base lacks: rows and output bias of new words, or a head. PEFT does not look for "
            "it: `PeftModel.from_pretrained` would give another model, without a warning."
        )
    else:
        lines = [
            *(["import maskzoo.tuners  # teaches PEFT the method"] if own else []),
            "from peft import PeftModel",
            *lines,
            'model = PeftModel.from_pretrained(base, "this folder")',
        ]
        why = "Nothing but the adapter was trained, so PEFT alone loads it."
    return f"# Adapter ({name})\n\n{why}\n\n```python\n" + "\n".join(lines) + "\n```\n"


def check_read_back(folder: Path, base: Any, wanted: Tensor, ids: Tensor, *, device: torch.device) -> None:
    """Load the adapter that was saved in `folder` as its page says, and hold its answers against the trained model's.

    Args:
        base: the plain base, as others get it, on the CPU; the adapter stays on it.
        wanted: answers of the trained model to `ids`, see `maskzoo.models.common.read_back`.
        device: where that model gave them.

    Raises:
        UserError: it cannot be loaded, or is another model.
    """
    if (folder / beside.FILE).is_file():
        how, loaded = "maskzoo.tuners.load", load(base, folder)
    else:
        how, loaded = "peft", load_peft_model(base, folder)
    check_same(answers(loaded.to(device), ids), wanted, folder, how=how)


def _sums(model: torch.nn.Module) -> dict[str, str]:
    """A checksum of every frozen parameter; of a table with trained rows, of the others alone."""
    rows = {
        id(module.base_layer.weight): module.ids for module in model.modules() if isinstance(module, beside.NewRows)
    }
    found = {}
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            tensor = parameter.detach().cpu()
            if id(parameter) in rows:
                tensor = tensor.clone()
                tensor[rows[id(parameter)].cpu()] = 0
            found[name] = hashlib.sha256(tensor.contiguous().numpy().tobytes()).hexdigest()
    return found


def head_names(model: Any) -> list[str]:
    """Names of the parameters on top of the encoder; a pooler counts, since masked language models have none."""
    if model.base_model is model:
        return []
    prefix = f"{model.base_model_prefix}."
    return [name for name, _ in model.named_parameters() if not name.startswith(prefix) or ".pooler." in name]


def suitable(model: Any) -> list[str]:
    """Names of the methods that can adapt `model`, with their default settings."""
    methods = {name: registry.load("adaptation", name) for name in registry.names("adaptation")}
    return [name for name, method in methods.items() if method.objection(model, method.Settings()) is None]


def load(model: Any, folder: Path) -> Any:
    """Put the adapter saved in `folder` on `model`, in place, and what lies beside it into its weights.

    The model may be the base under another head or none: what was learned for the encoder is found there, the rest is
    left out.

    Returns:
        The `PeftModel` around `model`.

    Raises:
        UserError: there is no adapter, or one of a method that neither PEFT nor this package knows.
    """
    from peft import PeftModel
    from peft.utils.save_and_load import set_peft_model_state_dict

    config, weights = load_adapter(folder)
    if (folder / beside.FILE).is_file():
        beside.read(model, folder)
    if model.base_model is model and hasattr(config, "cut_names"):
        prefix = f"{model.base_model_prefix}."
        config.cut_names(prefix)
        weights = {_bare(name, prefix): tensor for name, tensor in weights.items()}
    peft = PeftModel(model, config)
    set_peft_model_state_dict(peft, weights)
    return peft


def _bare(name: str, prefix: str) -> str:
    return name.replace(f"base_model.model.{prefix}", "base_model.model.", 1)


def trainable(model: torch.nn.Module) -> int:
    """How many numbers of `model` are trained."""
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)


def stored(folder: Path) -> dict[str, int]:
    """Numbers and bytes in an adapter's folder, but for the page on how to load it."""
    from safetensors import safe_open

    numbers = 0
    for file in folder.glob("*.safetensors"):
        with safe_open(file, framework="pt") as tensors:
            found: list[Tensor] = [tensors.get_tensor(name) for name in tensors.keys()]  # noqa: SIM118
            numbers += sum(tensor.numel() for tensor in found)
    size = sum(file.stat().st_size for file in folder.iterdir() if file.is_file() and file.suffix != ".md")
    return {"numbers": numbers, "bytes": size}
