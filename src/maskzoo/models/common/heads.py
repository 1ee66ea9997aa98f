"""The vocabulary head of each architecture, cut in two: a small transform, and the large projection to the vocabulary.

Only so can a loss be computed at the predicted positions alone, in pieces, without ever holding all logits.
"""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional


def at_places(states: Tensor, hidden: Tensor, number: int) -> Tensor:
    """States at the hidden positions, (number, hidden size), in row order.

    `states[hidden]`, but the number is known beforehand, so that nobody waits for a GPU to count.
    """
    rows, columns = hidden.nonzero_static(size=number).unbind(1)
    return states[rows, columns]


def transform(model: Any, hidden: Tensor) -> Tensor:
    """What stands between the encoder and the projection: (..., hidden) to (..., hidden)."""
    match model.config.model_type:
        case "bert":
            return _tensor(model.cls.predictions.transform(hidden))
        case "deberta-v2":
            if model.legacy:
                return _tensor(model.cls.predictions.transform(hidden))
            head = model.lm_predictions.lm_head
            return _tensor(head.LayerNorm(head.transform_act_fn(head.dense(hidden))))
        case "roberta" | "xlm-roberta" | "esm":
            return _tensor(model.lm_head.layer_norm(functional.gelu(model.lm_head.dense(hidden))))
        case "modernbert":
            return _tensor(model.head(hidden))
        case "distilbert":
            return _tensor(model.vocab_layer_norm(model.activation(model.vocab_transform(hidden))))
    raise ValueError(model.config.model_type)


def projection(model: Any) -> tuple[Tensor, Tensor | None]:
    """Weight (vocabulary, hidden) and bias (vocabulary,) of the projection."""
    match model.config.model_type:
        case "deberta-v2" if not model.legacy:
            return model.deberta.embeddings.word_embeddings.weight, model.lm_predictions.lm_head.bias
        case "esm":
            return model.lm_head.decoder.weight, model.lm_head.bias
    decoder = model.get_output_embeddings()
    return decoder.weight, decoder.bias


def head_parameters(model: Any) -> list[torch.nn.Parameter]:
    """Parameters that belong to the head alone (not the projection where it is tied to the embeddings)."""
    prefix = f"{model.base_model_prefix}."
    return [parameter for name, parameter in model.named_parameters() if not name.startswith(prefix)]


def _tensor(value: Any) -> Tensor:
    assert isinstance(value, Tensor)
    return value
