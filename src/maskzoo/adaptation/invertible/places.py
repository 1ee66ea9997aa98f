"""Where embeddings are whole, and where the head's transform ends, in each architecture."""

from typing import Any

from maskzoo.adaptation.common.places import encoder_prefix


def embedding(model: Any) -> str | None:
    """The layer norm that ends the embeddings; None where there is none (most ESM models)."""
    name = "norm" if model.config.model_type == "modernbert" else "LayerNorm"
    if model.config.model_type == "esm":
        name = "layer_norm"
    full = f"{encoder_prefix(model)}embeddings.{name}"
    return full if full in dict(model.named_modules()) else None


def before_projection(model: Any) -> str | None:
    """The last module before the projection to the vocabulary; None under another head."""
    names = {
        "bert": "cls.predictions.transform",
        "deberta-v2": "cls.predictions.transform"
        if getattr(model, "legacy", True)
        else "lm_predictions.lm_head.LayerNorm",
        "modernbert": "head",
        "distilbert": "vocab_layer_norm",
    }
    name = names.get(model.config.model_type, "lm_head.layer_norm")
    known = dict(model.named_modules())
    if name not in known or not type(model).__name__.endswith("ForMaskedLM"):
        return None
    return name
