"""What must be known about an architecture, and how most do it: BERT's way, which modules change where it differs.

One object a model type, without state: it is asked with a model or with a config.
"""

from abc import ABC, abstractmethod
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


def _a_number_a_word(model: Any, name: str) -> bool:
    """Whether a parameter as long as the vocabulary has a number a word, and is not as wide as it by chance."""
    owner = model.get_submodule(name.rpartition(".")[0])
    return getattr(owner, "weight", None) is None or owner is model.get_output_embeddings()


class Architecture(ABC):
    """
    Attributes:
        BLOCKS: where the list of repeated blocks is, below the encoder.
        PLACES: what is where in a block; several places may be one layer.
        EMBEDDING_NORM: the layer norm that ends the embeddings, below the encoder.
        TRANSFORM: the last module before the projection to the vocabulary, below the model.
        PADDED_POSITIONS: whether position 0 is row `pad id + 1` of the table.
        DROPOUT: what configs call dropout inside the encoder.
        UNUSED: ends of names of linear layers that masked language modeling leaves out.
        SEE_ALL: ends of names of a block's linear layers that see all tokens where the last block is narrowed.
        NARROWS: whether the last block can be computed at predicted positions alone, by `narrowed`.
        ENDS_IN_BLOCK: whether that can be done for a row's single position, too: nothing stands behind the last block,
            and its mask is a row's.
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
    ENDS_IN_BLOCK: ClassVar[bool] = False
    PROMPT: ClassVar[bool] = False
    SHORTENS: ClassVar[bool] = True

    def __init__(self, model_type: str) -> None:
        self.model_type = model_type

    # what a config shows

    def objection(self, config: Any) -> str | None:
        """Why a model of this config cannot be trained here, as a predicate of it; None where it can."""
        return None

    @property
    def grows(self) -> bool:
        """Whether words can be added to the vocabulary."""
        return True

    def position_offset(self, config: Any) -> int:
        """What is added to a position before the model looks it up."""
        return behind_padding(config) if self.PADDED_POSITIONS else 0

    def longest_sequence(self, config: Any) -> int:
        """How many tokens in a row the model has positions for, or was made for where it needs no table of them."""
        return int(value(config, "max_position_embeddings")) - self.position_offset(config)

    def dropouts(self, config: Any) -> tuple[str, ...]:
        """What the config calls dropout inside the encoder; the heads that fine-tuning adds keep their own."""
        return tuple(name for name in self.DROPOUT if hasattr(config, name))

    def has_table(self, config: Any) -> bool:
        """Whether positions are looked up in a table, so that nothing longer than it can be read at all."""
        return True

    def prove(self, model: Any, length: int) -> None:  # noqa: B027 - a module knows what holds
        """Try out what is taken for granted of a model that is to read `length` tokens, before it is trained.

        Raises:
            UserError: a model that cannot be trained.
        """

    def make_room(self, config: Any, length: int) -> None:
        """Give the config of a fresh model positions for `length` tokens."""
        config.max_position_embeddings = max(length + self.position_offset(config), config.max_position_embeddings)

    # where things are

    def prefix(self, model: Any) -> str:
        """`bert.` and the like: what names of the encoder's modules begin with; nothing where the model is it."""
        return "" if model.base_model is model else f"{model.base_model_prefix}."

    def layers(self, model: Any) -> "list[nn.Module]":
        """The blocks of the encoder, from the first to the last."""
        return list(model.base_model.get_submodule(self.BLOCKS))

    def sharding_units(self, model: Any) -> "list[nn.Module]":
        """Parts whose weights are brought together one at a time where they are cut among processes."""
        return self.layers(model)

    def block_names(self, model: Any) -> list[str]:
        """Full names of the encoder's blocks, lowest first."""
        path = f"{self.prefix(model)}{self.BLOCKS}"
        return [f"{path}.{number}" for number in range(len(model.get_submodule(path)))]

    def place_names(self, model: Any, wanted: tuple[Place, ...]) -> list[str]:
        """Full names of the linear layers at some places of every block, lowest block first, each once.

        Raises:
            UserError: it cannot be told which layer is at one of the places.
        """
        own = dict.fromkeys(self.PLACES[place] for place in wanted)
        return [f"{block}.{name}" for block in self.block_names(model) for name in own]

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

    def encode_rows(self, model: Any, ids: "Tensor", attention: "Tensor") -> "Tensor":
        """Last hidden states (rows, length, hidden) of rows that are a document each.

        Args:
            attention: (rows, length), 1 where there is a token and 0 where a row is filled up.
        """
        states: Tensor = model.base_model(input_ids=ids, attention_mask=attention).last_hidden_state
        return states

    def masks(self, config: Any, mask: "Tensor", *, prompt: int = 0) -> Any:
        """What the encoder takes as attention mask.

        Args:
            mask: (batch, 1, length, length) booleans.
            prompt: how many of the first positions are no text, and are seen from everywhere.
        """
        return mask

    @abstractmethod
    def transform(self, model: Any, states: "Tensor") -> "Tensor":
        """What stands between the encoder and the projection: (..., hidden) to (..., hidden)."""

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
        raise AssertionError(f"the last block of a {self.model_type} runs whole")

    # what it costs

    def step_flops(self, model: Any, *, windows: int, length: int, predicted: int, backward: bool = True) -> float:
        """See `maskzoo.models.common.flops.step_flops`."""
        from maskzoo.models.common.flops import by_formula

        return by_formula(self, model, windows=windows, length=length, predicted=predicted, backward=backward)

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
        old = len(model.get_input_embeddings().weight)
        biases = {
            name: one for name, one in self.of_the_head(model) if one.shape == (old,) and _a_number_a_word(model, name)
        }
        self.resize(model, size)
        for name, before in biases.items():
            now = model.get_parameter(name)
            if len(now) == old:  # it belongs to no layer
                grown(now, size)
            others = (other for other in biases if other != name and model.get_parameter(other) is now)
            if any(biases[other] is not before for other in others):  # or the file would lack one of them
                separate(model, name)
        return self.tables(model)

    def resize(self, model: Any, size: int) -> None:
        """Have the library grow what belongs to a layer."""
        model.resize_token_embeddings(size, mean_resizing=False)

    def of_the_head(self, model: Any) -> "list[tuple[str, nn.Parameter]]":
        """Parameters beside the encoder by all their names."""
        prefix = self.prefix(model)
        named = model.named_parameters(remove_duplicate=False)
        return [(name, one) for name, one in named if not name.startswith(prefix)]

    def tables(self, model: Any) -> list[Any]:
        """Every table with a row (or a number) a word, each once."""
        size = len(model.get_input_embeddings().weight)
        output = model.get_output_embeddings()
        found = [model.get_input_embeddings().weight, *([] if output is None else [output.weight, output.bias])]
        found += [one for _, one in self.of_the_head(model) if one.shape == (size,)]
        return list({id(one): one for one in found if one is not None}.values())


def behind_padding(config: Any) -> int:
    """The row of a table of positions that stands behind that of padding, whose id is 1 where a config does not say."""
    padding = value(config, "pad_token_id")
    return 2 if padding is None else int(padding) + 1


def grown(bias: Any, size: int) -> Any:
    """An output bias that belongs to no layer, and so is not resized with it, with zeros for new words, in place."""
    longer = bias.detach().new_zeros(size)
    longer[: len(bias)] = bias.detach()
    bias.data = longer
    return bias


def separate(model: Any, name: str) -> None:
    """Give a parameter that is known by several names one of its own under this one."""
    from torch import nn

    module, _, own = name.rpartition(".")
    setattr(model.get_submodule(module), own, nn.Parameter(model.get_parameter(name).detach().clone()))
