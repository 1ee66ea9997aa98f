"""Where things are in each architecture: blocks, and in a block the projections of attention and feed-forward.

ModernBERT computes query, key and value by one matrix, so there the three are one place.
"""

import re
from typing import Any

from maskzoo.recipe.method import Place

_BERT: dict[Place, str] = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "attention_output": "attention.output.dense",
    "ffn_in": "intermediate.dense",
    "ffn_out": "output.dense",
}
_DEBERTA: dict[Place, str] = {
    **_BERT,
    "query": "attention.self.query_proj",
    "key": "attention.self.key_proj",
    "value": "attention.self.value_proj",
}
_DISTILBERT: dict[Place, str] = {
    "query": "attention.q_lin",
    "key": "attention.k_lin",
    "value": "attention.v_lin",
    "attention_output": "attention.out_lin",
    "ffn_in": "ffn.lin1",
    "ffn_out": "ffn.lin2",
}
_MODERNBERT: dict[Place, str] = {
    **dict.fromkeys(("query", "key", "value"), "attn.Wqkv"),
    "attention_output": "attn.Wo",
    "ffn_in": "mlp.Wi",
    "ffn_out": "mlp.Wo",
}
# architecture -> where its blocks are below the encoder, and what is where in a block
_LAYOUT: dict[str, tuple[str, dict[Place, str]]] = {
    **dict.fromkeys(("bert", "roberta", "xlm-roberta", "esm"), ("encoder.layer", _BERT)),
    "deberta-v2": ("encoder.layer", _DEBERTA),
    "distilbert": ("transformer.layer", _DISTILBERT),
    "modernbert": ("layers", _MODERNBERT),
}


def encoder_prefix(model: Any) -> str:
    """`bert.` and the like: what names of the encoder's modules begin with; nothing where the model is the encoder."""
    return "" if model.base_model is model else f"{model.base_model_prefix}."


def block_names(model: Any) -> list[str]:
    """Names of the encoder's blocks, lowest first."""
    container, _ = _LAYOUT[model.config.model_type]
    path = f"{encoder_prefix(model)}{container}"
    return [f"{path}.{number}" for number in range(len(model.get_submodule(path)))]


def places(model: Any, wanted: tuple[Place, ...]) -> list[str]:
    """Full names of the modules at the wanted places of every block, lowest block first."""
    _, inside = _LAYOUT[model.config.model_type]
    own = dict.fromkeys(inside[place] for place in wanted)
    return [f"{block}.{name}" for block in block_names(model) for name in own]


def pattern(model: Any, wanted: tuple[Place, ...]) -> str:
    """A regular expression for PEFT's `target_modules` that matches these places and no head of a task."""
    container, inside = _LAYOUT[model.config.model_type]
    own = "|".join(re.escape(name) for name in dict.fromkeys(inside[place] for place in wanted))
    return rf"(.*\.)?{re.escape(container)}\.\d+\.({own})"
