"""Where embeddings are whole, and where the head's transform ends, in each architecture."""

from typing import Any

from maskzoo import models


def embedding(model: Any) -> str | None:
    """The layer norm that ends the embeddings; None where there is none (most ESM models)."""
    return models.of(model).embedding_norm(model)


def before_projection(model: Any) -> str | None:
    """The last module before the projection to the vocabulary; None under another head."""
    return models.of(model).before_projection(model)
