"""Documents of a packed window in rows of their own, for encoders whose attention cannot be told to keep them apart."""

from collections.abc import Callable

import torch
from torch import Tensor

Rows = Callable[[Tensor, Tensor], Tensor]  # ids, attention mask, both (rows, width) -> states (rows, width, hidden)


def documents_in_rows(ids: Tensor, documents: Tensor, *, padding: int) -> tuple[Tensor, Tensor, Tensor]:
    """Every run of tokens of one document in a row of its own.

    Args:
        ids, documents: (batch, length).
        padding: what fills up shorter rows.

    Returns:
        ids (rows, longest), attention mask (rows, longest) of 0 and 1, and where each token of the window went in the
        flattened rows, (batch, length).
    """
    first = torch.ones_like(documents, dtype=torch.bool)
    first[:, 1:] = documents[:, 1:] != documents[:, :-1]
    row = first.flatten().cumsum(0) - 1
    lengths = torch.bincount(row)
    column = torch.arange(ids.numel(), device=ids.device) - (lengths.cumsum(0) - lengths)[row]
    longest = int(lengths.max())
    place = row * longest + column
    rows = ids.new_full((len(lengths) * longest,), padding)
    rows[place] = ids.flatten()
    attention = ids.new_zeros(len(lengths) * longest)
    attention[place] = 1
    return rows.view(-1, longest), attention.view(-1, longest), place.view(ids.shape)


def of_one_length(run: Rows, ids: Tensor, attention: Tensor) -> Tensor:
    """`run` on rows of equal length together, without any padding, (rows, width, hidden); zeros where padding stood."""
    lengths = attention.sum(dim=1)
    order: list[Tensor] = []
    parts: list[Tensor] = []
    for length in torch.unique(lengths).tolist():
        chosen = (lengths == length).nonzero()[:, 0]
        states = run(ids[chosen, :length], attention[chosen, :length])
        parts.append(torch.nn.functional.pad(states, (0, 0, 0, ids.shape[1] - length)))
        order.append(chosen)
    together = torch.cat(parts)
    back = torch.empty_like(lengths)
    back[torch.cat(order)] = torch.arange(len(lengths), device=ids.device)
    return together[back]
