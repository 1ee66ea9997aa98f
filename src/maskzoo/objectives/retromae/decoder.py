"""The decoder: one Transformer layer that asks with a text's embedding and a position, and what it may see."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from maskzoo.masking.common.draw import budget, lowest, numbered, sizes_of, whole_units
from maskzoo.tokenization.windows import Batch


class Decoder(nn.Module):
    """Attention of every position but the first to what it may see, and a feed-forward network, each normalised.

    The residual of attention is the query, so no word reaches a position but through attention.
    """

    def __init__(self, width: int, *, heads: int, inner: int, dropout: float, spread: float) -> None:
        """
        Args:
            width: of the encoder's states.
            inner: width of the feed-forward network.
            dropout: behind attention and feed-forward network.
            spread: standard deviation of the first weights.
        """
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))
        self.attention_norm, self.norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.up, self.down = nn.Linear(width, inner), nn.Linear(inner, width)
        for part in self.children():
            if isinstance(part, nn.Linear):
                nn.init.normal_(part.weight, std=spread)
                nn.init.zeros_(part.bias)

    def forward(self, queries: Tensor, context: Tensor, visible: Tensor) -> Tensor:
        """States (rows, asked, width) of the positions that are asked for.

        Args:
            queries: (rows, asked, width).
            context: what is attended to, (rows, length, width).
            visible: (rows, asked, length) booleans.
        """
        query, key, value = self._split(self.query(queries)), self._split(self.key(context)), self.value(context)
        attended = functional.scaled_dot_product_attention(query, key, self._split(value), attn_mask=visible[:, None])
        attended = self._drop(self.out(attended.transpose(1, 2).flatten(2)))
        states = self.attention_norm(queries + attended)
        result: Tensor = self.norm(states + self._drop(self.down(functional.gelu(self.up(states)))))
        return result

    def _split(self, states: Tensor) -> Tensor:
        """(rows, length, width) to (rows, heads, length, width of a head)."""
        return states.view(*states.shape[:2], self.heads, -1).transpose(1, 2)

    def _drop(self, states: Tensor) -> Tensor:
        return functional.dropout(states, self.dropout, self.training)

    def flops(self, rows: int, length: int) -> float:
        """Forwards and backwards, for `rows` texts of `length` positions."""
        asked, width = length - 1, self.query.in_features
        each = 2 * width * width + 2 * width * self.up.out_features  # query and out; the feed-forward network
        linear = 2.0 * rows * (asked * each + length * 2 * width * width)
        return 3 * (linear + 4.0 * rows * asked * length * width)


class Embeddings(nn.Module):
    """The encoder's own embeddings of tokens and positions, or a table of positions where the encoder has none."""

    def __init__(self, body: Any, *, offset: int, length: int, spread: float) -> None:
        """
        Args:
            body: the encoder, whose embeddings are used and not copied.
            offset: what is added to a position before its table is asked.
            length: positions of a table of its own.
        """
        super().__init__()
        self.offset = offset
        own = getattr(body.embeddings, "position_embeddings", None)
        self.table = None if isinstance(own, nn.Embedding) else nn.Embedding(length, body.config.hidden_size)
        if self.table is not None:
            nn.init.normal_(self.table.weight, std=spread)

    def positions(self, body: Any, positions: Tensor) -> Tensor:
        """(rows, length) to (rows, length, width)."""
        table = body.embeddings.position_embeddings if self.table is None else self.table
        found: Tensor = table(positions + self.offset) if self.table is None else table(positions)
        return found

    def tokens(self, body: Any, ids: Tensor, positions: Tensor) -> Tensor:
        """Tokens with their positions, (rows, length, width)."""
        if self.table is None:
            found: Tensor = body.embeddings(input_ids=ids, position_ids=positions + self.offset)
        else:
            found = body.embeddings(input_ids=ids) + self.table(positions)
        return found


def visible(
    batch: Batch, *, rate: float, masks: int, opens: NDArray[np.uint8] | None, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """What the decoder may see: (rows, length - 1, length) booleans, for every position but the first.

    Each position is given one of at most `masks` drawn for its text, in which `rate` of the ordinary tokens are unseen,
    and does not see itself. All see the first position, where the text's embedding stands; none sees padding.

    Args:
        batch: texts.
        opens: where words begin, (rows, length), if whole words are unseen together.
    """
    rows, length = batch.ids.shape
    number = min(length, masks)
    special = np.repeat(batch.special, number, axis=0)
    count = budget(special, rate, rng)
    if opens is None:
        unseen = lowest(rng.random(special.shape), ~special, count)
    else:
        units = np.repeat(numbered(opens, batch.special, batch.documents), number, axis=0)
        unseen = whole_units(units, rng.random(sizes_of(units).shape), count)
    unseen = unseen.reshape(rows, number, length)
    chosen = rng.integers(number, size=(rows, length - 1))
    seen: NDArray[np.bool_] = ~np.take_along_axis(unseen, chosen[:, :, None], axis=1)
    seen &= (batch.documents == 0)[:, None, :]
    seen[:, np.arange(length - 1), np.arange(1, length)] = False
    seen[:, :, 0] = True
    return seen
