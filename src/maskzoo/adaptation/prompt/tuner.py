"""Soft prompts as a PEFT tuner: a layer around the whole encoder."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from maskzoo import models
from maskzoo.adaptation.common.tuner import AdapterConfig, AdapterLayer, AdapterTuner, register


@dataclass
class PromptConfig(AdapterConfig):
    """How many vectors, and of which size."""

    METHOD = "prompt"
    length: int = 0
    size: int = 0


class PromptLayer(AdapterLayer):
    """An encoder that reads a prompt before every text, and answers for the text alone."""

    adapter_layer_names = ("prompt_vectors",)

    def create(self, adapter_name: str, config: Any, key: str) -> None:
        self.prompt_vectors[adapter_name] = nn.Parameter(0.02 * torch.randn(config.length, config.size))

    def __getattr__(self, name: str) -> Any:
        """Whoever walks through the encoder's parts finds them."""
        try:
            return super().__getattr__(name)
        except AttributeError:
            return getattr(super().__getattr__("base_layer"), name)

    def adapted(self, adapter_name: str, *args: Any, **kwargs: Any) -> Any:
        ids = args[0] if args else kwargs.pop("input_ids", None)
        words = kwargs.pop("inputs_embeds", None)
        words = self.base_layer.get_input_embeddings()(ids) if words is None else words
        mask, positions = kwargs.pop("attention_mask", None), kwargs.pop("position_ids", None)
        types = kwargs.pop("token_type_ids", None)
        prompt = self.prompt_vectors[adapter_name]
        number, config = len(prompt), self.base_layer.config
        if positions is None:
            positions = _positions(words, mask, config)
        known = models.of(config)
        if isinstance(mask, dict):
            mask = {name: _with_prompt(words, one, number) for name, one in mask.items()}
        else:
            mask = known.masks(config, _with_prompt(words, mask, number), prompt=number)
        if types is not None:
            kwargs["token_type_ids"] = nn.functional.pad(types, (number, 0))
        found = self.base_layer(
            inputs_embeds=torch.cat((prompt.expand(len(words), -1, -1).to(words.dtype), words), dim=1),
            attention_mask=mask,
            position_ids=nn.functional.pad(
                positions.expand(len(words), -1), (number, 0), value=known.position_offset(config)
            ),
            **kwargs,
        )
        found["last_hidden_state"] = found["last_hidden_state"][:, number:]
        if found.get("hidden_states") is not None:
            found["hidden_states"] = tuple(states[:, number:] for states in found["hidden_states"])
        pooler = getattr(self.base_layer, "pooler", None)
        if pooler is not None:
            found["pooler_output"] = pooler(found["last_hidden_state"])
        return found


def _with_prompt(words: Tensor, mask: Tensor | None, number: int) -> Tensor:
    """(batch, 1, prompt + length, prompt + length): every token sees the prompt, the prompt itself alone."""
    batch, length = words.shape[:2]
    if mask is None:
        text: Any = True
    else:
        text = mask.bool() if mask.dim() == 4 else mask.bool()[:, None, None, :]
    seen = torch.zeros(batch, 1, number + length, number + length, dtype=torch.bool, device=words.device)
    seen[..., :number] = True
    seen[:, :, number:, number:] = text
    return seen


def _positions(words: Tensor, mask: Tensor | None, config: Any) -> Tensor:
    """Positions as the encoder would count them, (batch, length)."""
    offset = models.of(config).position_offset(config)
    if not offset or mask is None or isinstance(mask, dict) or mask.dim() != 2:
        return torch.arange(offset, offset + words.shape[1], device=words.device)[None]
    present = mask.long()
    counted: Tensor = present.cumsum(dim=1) * present + config.pad_token_id
    return counted


class PromptTuner(AdapterTuner):
    """Soft prompts as PEFT sees them."""

    prefix = "prompt_"

    def layer(self, config: Any, key: str) -> type[AdapterLayer]:
        return PromptLayer


register(PromptConfig, PromptTuner)
