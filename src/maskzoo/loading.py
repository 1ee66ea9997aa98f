"""The one door through which weights, configs, tokenizers and adapters are loaded.

Closed to code that comes with a checkpoint (it is never run and nobody is asked), to pickle, and to the network: what
is loaded lies in a folder. Files are looked at before (`maskzoo.checkpoint_files`); every refusal is one sentence.

Tokenizers come before models among the packages, so this stands above both.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maskzoo import checkpoint_files as files
from maskzoo.errors import UserError

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from torch import Tensor

CLOSED: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}


def load_config(folder: Path, *, where: str | None = None) -> Any:
    """A model's config, as transformers has it; what it says of code is left out.

    Raises:
        UserError: it cannot be read, or its architecture needs code of its own.
    """
    from transformers import AutoConfig

    values = files.read_config(folder, where=where)
    try:
        config = AutoConfig.from_pretrained(folder, **CLOSED)
    except Exception as error:  # a stranger's values: the classes of transformers raise what they like
        raise _refused(f"cannot read {folder}/config.json", error, values, where) from error
    attention = getattr(config, "_attn_implementation", None)
    if isinstance(attention, str) and "/" in attention:  # transformers would fetch that kernel and run it
        raise _code(folder, f"attn_implementation: {attention:.80}", where)
    if hasattr(config, "auto_map") and _known(values):
        del config.auto_map  # or what is trained would be saved as if it needed code
    return config


def load_model(
    auto: Any, folder: Path, *, config: Any = None, where: str | None = None
) -> tuple[Any, Mapping[str, Any]]:
    """A checkpoint's weights in float32 under one of transformers' auto classes.

    Args:
        auto: such as `AutoModelForMaskedLM`; weights of a head that the checkpoint lacks are random.
        config: instead of the checkpoint's own.

    Returns:
        The model and what transformers says of it: `missing_keys`, `mismatched_keys` and so on; `renamed_keys`: what it
        would have missed.

    Raises:
        UserError: there are no whole safetensors weights, they do not fit, need code of their own, or are no numbers.
    """
    import torch

    own = config is None
    config = load_config(folder, where=where) if config is None else config
    files.check_weights(folder, where=where)
    if files.is_discriminator(folder) and not (own and auto.__name__.endswith("ForTokenClassification")):
        return _encoder_alone(auto, folder, config, where)
    try:
        model, report = auto.from_pretrained(
            folder, config=config, dtype=torch.float32, use_safetensors=True, output_loading_info=True, **CLOSED
        )
    except Exception as error:
        raise _refused(f"cannot load {folder}", error, files.read_config(folder, where=where), where) from error
    check_numbers(model, folder, where=where)
    missing = set(report["missing_keys"])
    renamed = _output_bias(model, missing)
    return model, {**report, "missing_keys": missing - renamed, "renamed_keys": renamed}


def _output_bias(model: Any, missing: set[str]) -> set[str]:
    """Names of biases of a projection that a checkpoint has under the head's other name, which are read from there.

    Untied BERT and RoBERTa models of transformers 4 hold `lm_head.bias` alone; version 5 leaves `decoder.bias` at 0.
    """
    import torch

    own = dict(model.named_parameters(remove_duplicate=False))
    found = set()
    for name in missing:
        other = name.replace(".decoder.bias", ".bias")
        if name.endswith(".decoder.bias") and other in own and other not in missing:
            with torch.no_grad():
                own[name].copy_(own[other])
            found.add(name)
    return found


def _encoder_alone(auto: Any, folder: Path, config: Any, where: str | None) -> tuple[Any, Mapping[str, Any]]:
    """A discriminator's encoder under another head, which is new: its own would pass for one of the same shape."""
    import torch

    model = auto.from_config(config, dtype=torch.float32)
    prefix = f"{model.base_model_prefix}."
    tensors = {name: one for file in sorted(folder.glob("*.safetensors")) for name, one in load_tensors(file).items()}
    inside = {name: one for name, one in tensors.items() if name.startswith(prefix)}
    if model.base_model is model:
        inside = {name.removeprefix(prefix): one for name, one in inside.items()}
    try:
        missing, unexpected = model.load_state_dict(inside, strict=False)
    except RuntimeError as error:
        raise _refused(f"cannot load {folder}", error, files.read_config(folder, where=where), where) from error
    model.tie_weights()
    check_numbers(model, folder, where=where)
    empty: set[str] = set()
    return model.eval(), {
        "missing_keys": set(missing),
        "unexpected_keys": set(unexpected),
        "mismatched_keys": empty,
        "renamed_keys": empty,
    }


def check_numbers(model: Any, folder: Path, *, where: str | None = None) -> None:
    """Refuse weights that are infinite or no numbers: whatever is measured or trained with them means nothing.

    Raises:
        UserError: so they are; names the first of them.
    """
    for name, parameter in model.named_parameters():
        # a sum is one pass without a copy; only one that overflows has to be looked at number by number
        if not bool(parameter.detach().sum().isfinite()) and not bool(parameter.detach().isfinite().all()):
            raise UserError(
                f"{folder} holds weights that are no numbers, in {name}",
                where=where,
                hint="it was broken by training or copying; take an earlier checkpoint or download it again",
            )


def load_tokenizer(folder: Path, *, where: str | None = None) -> Any:
    """A checkpoint's tokenizer, as transformers has it; made of older files where there is no tokenizer.json.

    Raises:
        UserError: there is none, it cannot be read, or it needs code of its own.
    """
    from transformers import AutoTokenizer

    files.check_tokenizer(folder, where=where)
    try:
        return AutoTokenizer.from_pretrained(str(folder), **CLOSED)
    except Exception as error:  # the tokenizers library raises bare Exception
        file = folder / "tokenizer_config.json"
        values = files.read_object(file, files.LARGEST_JSON, where=where) if file.is_file() else {}
        raise _refused(f"cannot load the tokenizer in {folder}", error, values, where) from error


def load_tokenizer_json(file: Path, *, where: str | None = None) -> "Tokenizer":
    """A tokenizer.json as the tokenizers library has it.

    Raises:
        UserError: it cannot be read.
    """
    from tokenizers import Tokenizer

    files.check_tokenizer_json(file, where=where)
    try:
        return Tokenizer.from_file(str(file))
    except Exception as error:  # the library raises bare Exception
        raise UserError(f"not a tokenizer ({error})", where=where or str(file)) from None


def load_adapter(folder: Path) -> tuple[Any, dict[str, "Tensor"]]:
    """Config and weights of an adapter that PEFT saved.

    Raises:
        UserError: there is none, it is pickled or cut off, or its method is unknown here.
    """
    from peft import PeftConfig

    if not (folder / files.ADAPTER_CONFIG).is_file():
        raise UserError(f"no adapter in {folder}: it has no {files.ADAPTER_CONFIG}")
    files.read_object(folder / files.ADAPTER_CONFIG, files.LARGEST_JSON)
    if not (folder / files.ADAPTER_WEIGHTS).is_file():
        raise UserError(f"{folder} has no {files.ADAPTER_WEIGHTS}", hint=files.PICKLED)
    try:
        config = PeftConfig.from_pretrained(str(folder))
    except KeyError as error:
        raise UserError(
            f"an adapter of the unknown method {error.args[0]}",
            where=str(folder / files.ADAPTER_CONFIG),
            expected="a method of PEFT or of maskzoo in the versions installed here",
        ) from None
    except Exception as error:
        raise UserError(f"no adapter in {folder}: {_line(error)}") from None
    return config, load_tensors(folder / files.ADAPTER_WEIGHTS)


def load_peft_model(model: Any, folder: Path) -> Any:
    """An adapter put on `model` by PEFT alone, as people do who have no more than its documents.

    Raises:
        UserError: PEFT cannot load it.
    """
    from peft import PeftModel

    load_adapter(folder)
    try:
        return PeftModel.from_pretrained(model, str(folder), local_files_only=True)
    except Exception as error:
        raise UserError(f"PEFT cannot load {folder}: {_line(error)}") from error


def load_tensors(file: Path) -> dict[str, "Tensor"]:
    """All tensors of a safetensors file.

    Raises:
        UserError: it is cut off or no such file.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    files.check_tensors(file)
    try:
        return dict(load_file(file))
    except SafetensorError as error:
        raise UserError(f"{file} is no safetensors file: {_line(error)}", hint=files.AGAIN) from None


def _known(values: Mapping[str, Any]) -> bool:
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING

    return values.get("model_type") in CONFIG_MAPPING


def _refused(what: str, error: Exception, values: Mapping[str, Any], where: str | None) -> UserError:
    if "trust_remote_code" in str(error):
        return _code(what, f"auto_map: {_named(values.get('auto_map'))}", where)
    return UserError(f"{what}: {_line(error)}", where=where)


def _code(what: object, named: str, where: str | None) -> UserError:
    return UserError(
        f"{what}: it needs code of its own ({named}), which is never run",
        where=where,
        expected="an architecture and a tokenizer that transformers has itself",
    )


def _named(auto_map: Any) -> str:
    """What an auto_map points to, the repository first where it is another one."""
    first = next(iter(auto_map.values()), None) if isinstance(auto_map, dict) else auto_map
    if isinstance(first, (list, tuple)):
        first = next((one for one in first if one), None)
    repository, mark, code = str(first).partition("--")
    return f"{code:.80} of the Hub repository {repository:.80}" if mark else f"{first!s:.80}"


def _line(error: Exception) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
