"""What is trained beside an adapter, and kept beside it: a head that the base lacked, and rows of new words.

A base without a head for masked language modeling gets a new one, which is trained as a whole. A tokenizer that was
`extend`ed brings words that the base has no rows for: their rows are trained, at both ends where embeddings and
projection are tied, and those of the base's own words stay frozen. Their output bias is not trained, but the base has
none for them either, so it is kept, too. All is in `beside.safetensors` of the adapter's folder.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from maskzoo import models
from maskzoo.loading import load_tensors
from maskzoo.models.common.heads import projection

FILE = "beside.safetensors"


class NewRows(nn.Module):
    """A table of frozen rows, some of which are replaced by rows that are trained.

    Args:
        base_layer: embeddings or a projection to the vocabulary, weight (vocabulary, hidden).
        ids: which rows, (new,).
        rows: their values, (new, hidden).
    """

    base_layer: Any
    ids: Tensor

    def __init__(self, base_layer: nn.Module, ids: Tensor, rows: nn.Parameter) -> None:
        super().__init__()
        self.base_layer, self.rows = base_layer, rows
        self.register_buffer("ids", ids, persistent=False)

    def __getattr__(self, name: str) -> Any:
        try:
            return super().__getattr__(name)
        except AttributeError:
            return getattr(super().__getattr__("base_layer"), name)

    @property
    def weight(self) -> Tensor:
        """The whole table."""
        table: Tensor = self.base_layer.weight
        return table.index_copy(0, self.ids, self.rows)

    @property
    def bias(self) -> Tensor | None:
        """The projection's own."""
        bias: Tensor | None = self.base_layer.bias
        return bias

    def forward(self, given: Tensor) -> Tensor:
        """Rows of ids, or logits of states."""
        if given.is_floating_point():
            return functional.linear(given, self.weight, self.bias)
        return functional.embedding(given, self.weight, self.base_layer.padding_idx)

    def write_back(self) -> nn.Module:
        """The table with the trained rows in it."""
        with torch.no_grad():
            self.base_layer.weight[self.ids] = self.rows
        table: nn.Module = self.base_layer
        return table


def train_rows(model: Any, ids: Sequence[int]) -> None:
    """Let the rows `ids` of embeddings and projection be trained; where the two are one table, so are the rows."""
    tables = {"embeddings": model.get_input_embeddings(), "projection": model.get_output_embeddings()}
    names = {id(module): name for name, module in model.named_modules()}
    rows: dict[int, nn.Parameter] = {}
    where = torch.tensor(list(ids))
    for table in tables.values():
        if table is None or table.weight.shape[0] <= max(ids):
            continue
        key = table.weight.data_ptr()
        if key not in rows:
            rows[key] = nn.Parameter(table.weight.detach()[where].clone())
        parent, _, child = names[id(table)].rpartition(".")
        setattr(model.get_submodule(parent), child, NewRows(table, where, rows[key]))


def output_bias(model: Any, ids: Sequence[int]) -> dict[str, Tensor]:
    """The output bias of the words `ids`, before an adapter is put on; nothing where there is no such bias."""
    _, bias = projection(model) if type(model).__name__.endswith("ForMaskedLM") else (None, None)
    return {} if bias is None or not ids else {"rows.bias": bias.detach().cpu()[list(ids)].clone()}


def write_rows_back(model: Any) -> dict[str, Tensor]:
    """Put trained rows into their tables and the tables where they were; returns the rows and their ids."""
    found: dict[str, Tensor] = {}
    embeddings = model.get_input_embeddings()
    tables = [(name, module) for name, module in model.named_modules() if isinstance(module, NewRows)]
    # embeddings first: tied rows are theirs, and some models have their head before their encoder
    for name, module in sorted(tables, key=lambda named: named[1] is not embeddings):
        parent, _, child = name.rpartition(".")
        kind = "embeddings" if module is embeddings else "projection"
        found["rows.ids"] = module.ids
        if not any(module.rows is one for one in found.values()):
            found[f"rows.{kind}"] = module.rows
        setattr(model.get_submodule(parent), child, module.write_back())
    return {name: tensor.detach().cpu().clone().contiguous() for name, tensor in found.items()}


def read(model: Any, folder: Path) -> None:
    """Give `model` the head and the rows that lie beside an adapter, as far as it has places for them."""
    kept = load_tensors(folder / FILE)
    if "rows.ids" in kept:
        ids = kept["rows.ids"]
        headed = type(model).__name__.endswith("ForMaskedLM")
        if model.get_input_embeddings().weight.shape[0] <= int(ids.max()):
            if headed:
                models.of(model).grow(model, int(ids.max()) + 1)
            else:
                model.resize_token_embeddings(int(ids.max()) + 1, mean_resizing=False)
        bias = projection(model)[1] if headed else None
        tables = {"embeddings": model.get_input_embeddings(), "projection": model.get_output_embeddings()}
        with torch.no_grad():
            for kind, table in tables.items():
                if table is not None and f"rows.{kind}" in kept:
                    table.weight[ids] = kept[f"rows.{kind}"]
            if bias is not None and "rows.bias" in kept:
                bias[ids] = kept["rows.bias"]
    own = dict(model.named_parameters())
    with torch.no_grad():
        for name, tensor in kept.items():
            name = name.removeprefix("head.")
            if name in own and own[name].shape == tensor.shape:
                own[name].copy_(tensor)
