"""Every architecture as a model of two layers and sixteen dimensions."""

from dataclasses import replace
from typing import Any

import torch
from transformers import AutoConfig

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
# the other masked language models of transformers; what a fresh one is given beside the tokenizer's ids
OTHERS: dict[str, dict[str, Any]] = {
    "albert": {**_SHAPE, "embedding_size": 8},
    "big_bird": _SHAPE,
    "camembert": _SHAPE,
    "convbert": {**_SHAPE, "embedding_size": 16},
    "data2vec-text": _SHAPE,
    "deberta": {**_SHAPE, "relative_attention": True, "pos_att_type": ["c2p", "p2c"]},
    "electra": {**_SHAPE, "embedding_size": 8},
    "ernie": _SHAPE,
    "esmc": _SHAPE,
    "eurobert": {**_SHAPE, "num_key_value_heads": 2, "head_dim": 8},
    "flaubert": {"emb_dim": 16, "n_layers": 2, "n_heads": 2},
    "fnet": {"hidden_size": 16, "num_hidden_layers": 2, "intermediate_size": 32},
    "funnel": {"block_sizes": [1, 1], "num_decoder_layers": 1, "d_model": 16, "n_head": 2, "d_head": 8, "d_inner": 32},
    "gte": _SHAPE,
    "ibert": _SHAPE,
    "jina_embeddings_v3": _SHAPE,
    "layoutlm": _SHAPE,
    "longformer": {**_SHAPE, "attention_window": [8, 8]},
    "luke": {**_SHAPE, "entity_vocab_size": 10, "entity_emb_size": 8},
    "megatron-bert": _SHAPE,
    "mobilebert": {**_SHAPE, "embedding_size": 8, "intra_bottleneck_size": 8, "num_feedforward_networks": 2},
    "mpnet": _SHAPE,
    "nomic_bert": _SHAPE,
    "nystromformer": _SHAPE,
    "rembert": {**_SHAPE, "input_embedding_size": 8, "output_embedding_size": 12},
    "roberta-prelayernorm": _SHAPE,
    "roc_bert": {
        **_SHAPE,
        "pronunciation_embed_dim": 4,
        "pronunciation_vocab_size": 65,
        "shape_embed_dim": 4,
        "shape_vocab_size": 65,
    },
    "roformer": {**_SHAPE, "embedding_size": 8},
    "squeezebert": {**_SHAPE, "embedding_size": 16},
    "ultrabert": _SHAPE,
    "xlm": {"emb_dim": 16, "n_layers": 2, "n_heads": 2},
    "xlm-roberta-xl": _SHAPE,
    "xmod": {**_SHAPE, "languages": ["en_XX", "de_DE"], "default_language": "en_XX"},
}
CONFIGS_OF_ALL = CONFIGS | {name: (name, config) for name, config in OTHERS.items()}


def tiny(
    name: str,
    *,
    length: int = 32,
    dropout: float | None = 0.0,
    seed: int = 0,
    tied: bool | None = None,
    positions: int | None = None,
) -> Any:
    """A model with every weight random (biases and norms too), so that no difference hides behind a zero.

    Args:
        tied: whether the projection is the embeddings; None: as the architecture has it.
        positions: of the table; None: as the architecture has it.
    """
    architecture, config = CONFIGS_OF_ALL[name]
    more = {"tie_word_embeddings": tied, "max_position_embeddings": positions}
    known = AutoConfig.for_model(architecture).to_dict()
    config = {**config, **{key: one for key, one in more.items() if one is not None and key in known}}
    vocabulary = replace(VOCABULARY, pad_id=1, cls_id=0) if architecture == "mpnet" else VOCABULARY
    model = fresh_model(architecture, config, vocabulary, length=length, seed=seed, dropout=dropout)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.requires_grad:  # tables of sines and cosines stay what they are
                parameter.add_(0.1 * torch.randn(parameter.shape, generator=generator))
    return model.eval()
