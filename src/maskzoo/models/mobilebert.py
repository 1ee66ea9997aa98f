"""MobileBERT. Sun et al. 2020 (https://arxiv.org/abs/2004.02984)."""

from typing import TYPE_CHECKING, Any

from maskzoo.models.common import generic

if TYPE_CHECKING:
    from torch import Tensor

MODEL_TYPES = ("mobilebert",)


class Architecture(generic.Architecture):
    """Embeddings are made of three neighbouring words; the projection is the narrow embeddings and a matrix beside."""

    def transform(self, model: Any, states: "Tensor") -> "Tensor":
        transformed: Tensor = model.cls.predictions.transform(states)
        return transformed

    def projection(self, model: Any) -> "tuple[Tensor, Tensor | None]":
        import torch

        head = model.cls.predictions
        return torch.cat([head.decoder.weight, head.dense.weight.T], dim=1), head.decoder.bias

    def bias(self, model: Any) -> str | None:
        return "cls.predictions.decoder.bias"

    def resize(self, model: Any, size: int) -> None:
        model.resize_token_embeddings(size)

    def tables(self, model: Any) -> list[Any]:
        return [*super().tables(model), model.cls.predictions.dense.weight.T]
