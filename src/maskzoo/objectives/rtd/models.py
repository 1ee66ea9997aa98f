"""The two models beside the one that a run trains: its generator, and its encoder under a head that detects."""

import copy
from typing import Any

from torch import Tensor, nn

from maskzoo import models
from maskzoo.checkpoint_files import DISCRIMINATES
from maskzoo.errors import UserError


def generator_of(model: Any, *, size: float) -> Any:
    """A copy of a `...ForMaskedLM` with the lowest layers alone, `size` of them and at least one.

    It has the dropout that the model was built with; its config says how many layers it has.

    Raises:
        UserError: the encoder has no list of its layers that could be cut.
    """
    generator = copy.deepcopy(model)
    layers = models.of(model).layers(generator)
    kept = max(1, round(size * len(layers)))
    lists = ((name, one) for name, one in generator.named_modules() if isinstance(one, nn.ModuleList))
    path = next((name for name, one in lists if list(one) == layers), None)
    if path is None:
        raise UserError(f"rtd cannot make a smaller generator of this {model.config.model_type}")
    owner, _, name = path.rpartition(".")
    setattr(generator.get_submodule(owner), name, nn.ModuleList(layers[:kept]))
    shorten(generator.config, kept)
    return generator


def shorten(config: Any, layers: int) -> None:
    """Let a config say that there are so many layers."""
    config.num_hidden_layers = layers
    if getattr(config, "layer_types", None) is not None:
        config.layer_types = list(config.layer_types)[:layers]


def detector_around(model: Any) -> Any:
    """The encoder of a `...ForMaskedLM`, the same object, under transformers' head for token classification.

    Raises:
        UserError: transformers has none for this architecture, or one that is not understood here.
    """
    from transformers import AutoModelForTokenClassification

    small = copy.deepcopy(model.config)
    small.id2label = {number: label for label, number in DISCRIMINATES.items()}
    small.label2id = dict(DISCRIMINATES)
    config = copy.deepcopy(small)
    shorten(small, 1)  # the encoder that comes with the head is thrown away
    try:
        detector: Any = AutoModelForTokenClassification.from_config(small)  # type: ignore[no-untyped-call]
    except ValueError:
        detector = None
    if detector is None or not isinstance(getattr(detector, "classifier", None), nn.Linear):
        raise UserError(
            f"rtd has no head for this {model.config.model_type}",
            expected="an architecture with a linear head for token classification",
        )
    setattr(detector, detector.base_model_prefix, model.base_model)
    detector.config = config
    return detector


def detected(detector: Any, states: Tensor) -> Tensor:
    """Logits of the two labels, (..., 2), from last hidden states (..., hidden), without dropout."""
    inner = getattr(detector, "head", None)  # what ModernBERT has before the linear layer
    logits: Tensor = detector.classifier(states if inner is None else inner(states))
    return logits
