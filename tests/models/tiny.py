"""Every architecture as a model of two layers and sixteen dimensions."""

from typing import Any

import torch

from maskzoo.models.common.start import Vocabulary, fresh_model

VOCABULARY = Vocabulary(size=65, pad_id=0, mask_id=4, cls_id=2, sep_id=3)
_SHAPE = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}
CONFIGS: dict[str, tuple[str, dict[str, Any]]] = {
    "bert": ("bert", _SHAPE),
    "roberta": ("roberta", _SHAPE),
    "xlm-roberta": ("xlm-roberta", _SHAPE),
    "modernbert": ("modernbert", {**_SHAPE, "local_attention": 8}),
    "distilbert": ("distilbert", {"dim": 16, "n_layers": 2, "n_heads": 2, "hidden_dim": 32}),
    "deberta-v2": ("deberta-v2", {**_SHAPE, "relative_attention": True, "pos_att_type": ["p2c", "c2p"]}),
    "deberta-v2-new-head": ("deberta-v2", {**_SHAPE, "legacy": False}),
    "esm": ("esm", _SHAPE),
    "esm-rotary": ("esm", {**_SHAPE, "position_embedding_type": "rotary", "token_dropout": True}),
}


def tiny(name: str, *, length: int = 32, dropout: float | None = 0.0, seed: int = 0) -> Any:
    """A model with every weight random (biases and norms too), so that no difference hides behind a zero."""
    architecture, config = CONFIGS[name]
    model = fresh_model(architecture, config, VOCABULARY, length=length, seed=seed, dropout=dropout)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn(parameter.shape, generator=generator))
    return model.eval()
