"""What must be known about an architecture, and how most do it: BERT's way, which modules change where it differs.

One object a model type, without state: it is asked with a model or with a config.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from maskzoo.recipe.method import Place

if TYPE_CHECKING:
    from torch import Tensor, nn

    from maskzoo.models.common.last_layer import Places

BERT_PLACES: Mapping[Place, str] = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "attention_output": "attention.output.dense",
    "ffn_in": "intermediate.dense",
    "ffn_out": "output.dense",
}


def value(config: Any, name: str, default: Any = None) -> Any:
    """A value of a config, or of the mapping of a config.json."""
    return config.get(name, default) if isinstance(config, Mapping) else getattr(config, name, default)


class Architecture:
    """
    Attributes:
        BLOCKS: where the list of repeated blocks is, below the encoder.
        PLACES: what is where in a block; several places may be one layer.
        EMBEDDING_NORM: the layer norm that ends the embeddings, below the encoder.
        TRANSFORM: the last module before the projection to the vocabulary, below the model.
        PADDED_POSITIONS: whether position 0 is row `pad id + 1` of the table.
        DROPOUT: what the config calls dropout inside the encoder; the heads that fine-tuning adds keep their own.
        UNUSED: ends of names of linear layers that masked language modeling leaves out.
        SEE_ALL: ends of names of a block's linear layers that see all tokens where the last block is narrowed.
        NARROWS: whether the last block can be computed at predicted positions alone, by `narrowed`.
        PROMPT: whether vectors that are no tokens can stand before a text.
        SHORTENS: whether lower blocks can leave tokens out.
    """

    BLOCKS: ClassVar[str] = "encoder.layer"
    PLACES: ClassVar[Mapping[Place, str]] = BERT_PLACES
    EMBEDDING_NORM: ClassVar[str] = "embeddings.LayerNorm"
    TRANSFORM: ClassVar[str] = "lm_head.layer_norm"
    PADDED_POSITIONS: ClassVar[bool] = False
    DROPOUT: ClassVar[tuple[str, ...]] = (
        *("hidden_dropout_prob", "attention_probs_dropout_prob"),
        *("dropout", "attention_dropout", "embedding_dropout", "mlp_dropout"),
    )
    UNUSED: ClassVar[tuple[str, ...]] = ("pooler.dense",)
    SEE_ALL: ClassVar[tuple[str, ...]] = ("attention.self.key", "attention.self.value")
    NARROWS: ClassVar[bool] = False
    PROMPT: ClassVar[bool] = False
    SHORTENS: ClassVar[bool] = True

    def __init__(self, model_type: str) -> None:
        self.model_type = model_type

    # what a config shows

    def objection(self, config: Any) -> str | None:
        """Why a model of this config cannot be trained here, as a predicate of it; None where it can."""
        return None

    def position_offset(self, config: Any) -> int:
        """What is added to a position before the model looks it up."""
        return int(value(config, "pad_token_id")) + 1 if self.PADDED_POSITIONS else 0

    def longest_sequence(self, config: Any) -> int:
        """How many tokens in a row the model has positions for."""
        return int(value(config, "max_position_embeddings")) - self.position_offset(config)

    def make_room(self, config: Any, length: int) -> None:
        """Give the config of a fresh model positions for `length` tokens."""
        config.max_position_embeddings = max(length + self.position_offset(config), config.max_position_embeddings)

    # where things are

    def prefix(self, model: Any) -> str:
        """`bert.` and the like: what names of the encoder's modules begin with; nothing where the model is it."""
        return "" if model.base_model is model else f"{model.base_model_prefix}."

    def blocks(self, model: Any) -> str:
        """Full name of the list of the encoder's blocks."""
        return f"{self.prefix(model)}{self.BLOCKS}"

    def layers(self, model: Any) -> "list[nn.Module]":
        """The blocks of the encoder, from the first to the last."""
        return list(model.base_model.get_submodule(self.BLOCKS))

    def sharding_units(self, model: Any) -> "list[nn.Module]":
        """Parts whose weights are brought together one at a time where they are cut among processes."""
        return self.layers(model)

    def places(self, model: Any) -> Mapping[Place, str]:
        """Names, below a block, of the linear layers at each place."""
        return self.PLACES

    def embedding_norm(self, model: Any) -> str | None:
        """Full name of the layer norm that ends the embeddings; None where there is none."""
        name = f"{self.prefix(model)}{self.EMBEDDING_NORM}"
        return name if name in dict(model.named_modules()) else None

    def before_projection(self, model: Any) -> str | None:
        """Full name of the last module before the projection to the vocabulary; None under another head."""
        own = type(model).__name__.endswith("ForMaskedLM") and self.TRANSFORM in dict(model.named_modules())
        return self.TRANSFORM if own else None

    # what is computed

    def encode(
        self, model: Any, ids: "Tensor", positions: "Tensor", documents: "Tensor | None", *, causal: bool = False
    ) -> "Tensor":
        """See `maskzoo.models.common.attention.encode`."""
        from maskzoo.models.common.attention import block_mask, one_document

        documents = one_document(ids) if documents is None and causal else documents
        mask = None if documents is None else block_mask(documents, causal=causal)
        states: Tensor = self.states(model.base_model, ids, positions, mask)
        return states

    def states(self, body: Any, ids: "Tensor", positions: "Tensor", mask: "Tensor | None") -> Any:
        """Last hidden states (batch, length, hidden) of the encoder.

        Args:
            positions: from 0 in each document, (batch, length).
            mask: (batch, 1, length, length) booleans, may this token look at that one; None: at all of its row.
        """
        looked_up = positions + self.position_offset(body.config)
        mask = None if mask is None else self.masks(body.config, mask)
        return body(input_ids=ids, attention_mask=mask, position_ids=looked_up).last_hidden_state

    def masks(self, config: Any, mask: "Tensor", *, prompt: int = 0) -> Any:
        """What the encoder takes as attention mask.

        Args:
            mask: (batch, 1, length, length) booleans.
            prompt: how many of the first positions are no text, and are seen from everywhere.
        """
        return mask

    def transform(self, model: Any, states: "Tensor") -> "Tensor":
        """What stands between the encoder and the projection: (..., hidden) to (..., hidden)."""
        raise NotImplementedError

    def projection(self, model: Any) -> "tuple[Tensor, Tensor | None]":
        """Weight (vocabulary, hidden) and bias (vocabulary,) of the projection to the vocabulary."""
        decoder = model.get_output_embeddings()
        return decoder.weight, decoder.bias

    def narrowed(
        self, layer: Any, places: "Places", states: "Tensor", mask: "Tensor | None", named: dict[str, Any]
    ) -> "Tensor":
        """What the last block gives at the predicted positions, (number, hidden).

        Args:
            states: what goes into it, (batch, length, hidden).
            mask: (batch, 1, length, length) booleans, or None.
            named: what else its forward is given by name.
        """
        raise NotImplementedError

    # what it costs

    def linear_rows(self, config: Any, name: str, *, tokens: float, predicted: float, narrowed: bool) -> float:
        """Rows that go through the linear layer `name` of the encoder in a step; `narrowed`: of a narrowed block."""
        return predicted if narrowed and not name.endswith(self.SEE_ALL) else tokens

    def pairs_flops(self, config: Any, windows: int, length: int) -> float:
        """Forward cost of all that is computed for pairs of tokens, in all blocks."""
        return float(2.0 * windows * length * (2 * length) * config.hidden_size * config.num_hidden_layers)

    # what is done to it

    def grow(self, model: Any, size: int) -> "list[Any]":
        """Grow the vocabulary to `size` rows.

        Returns:
            Every table with a row (or a number) a word that the model has: embeddings, projection, biases.
        """
        model.resize_token_embeddings(size, mean_resizing=False)
        tables = [model.get_input_embeddings().weight]
        output = model.get_output_embeddings()
        if output is not None:
            tables += [output.weight] if output.weight is not tables[0] else []
            tables += [output.bias] if output.bias is not None else []
        return tables


def grown(bias: Any, size: int) -> Any:
    """An output bias that belongs to no layer, and so is not resized with it, with zeros for new words, in place."""
    import torch

    longer = torch.zeros(size, dtype=bias.dtype)
    longer[: len(bias)] = bias.detach()
    bias.data = longer
    return bias
