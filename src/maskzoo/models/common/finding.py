"""Blocks of an encoder that no module knows, and what is where in one: by classes, names and shapes of its modules."""

import re
from typing import TYPE_CHECKING, Any

from maskzoo.recipe.method import Place

if TYPE_CHECKING:
    from torch import nn

# last parts of names of linear layers that make queries, keys and values
_ATTENTION: dict[Place, str] = {
    "query": r"q|query|q_lin|q_proj|q_head|query_proj|in_proj|W?qkv(_proj)?",
    "key": r"k|key|k_lin|k_proj|k_head|key_proj|in_proj|W?qkv(_proj)?",
    "value": r"v|value|v_lin|v_proj|v_head|value_proj|in_proj|W?qkv(_proj)?",
}
_OUTPUT = r"o|Wo|o_proj|out_lin|out_proj|post_proj|dense"


def block_lists(encoder: Any) -> "dict[str, nn.ModuleList]":
    """Lists of modules of one class that hold linear layers and lie in no other such list, by their names."""
    from torch import nn

    found: dict[str, nn.ModuleList] = {}
    for name, one in encoder.named_modules():
        if not isinstance(one, nn.ModuleList) or any(name.startswith(f"{outer}.") for outer in found):
            continue
        alike = len({type(part) for part in one}) == 1 and not isinstance(one[0], nn.ModuleList)
        if alike and any(isinstance(part, nn.Linear) for part in one.modules()):
            found[name] = one
    return found


def weights(blocks: Any) -> int:
    """How many numbers some modules hold."""
    return sum(parameter.numel() for parameter in blocks.parameters())


def places_of(block: Any) -> dict[Place, str]:
    """Names, below a block, of the linear layers at each place that can be told."""
    from torch import nn

    layers = {name: one for name, one in block.named_modules() if isinstance(one, nn.Linear)}
    found: dict[Place, str] = {}
    for place, wanted in _ATTENTION.items():
        name = next((name for name in layers if re.fullmatch(wanted, name.rpartition(".")[2])), None)
        if name is not None:
            found[place] = name
    left = {name: one for name, one in layers.items() if name not in found.values()}
    if "query" in found:
        attention = re.match(r".*?att[^.]*\.", found["query"])
        inside = [name for name in left if attention is None or name.startswith(attention[0])]
        out = [name for name in inside if re.fullmatch(_OUTPUT, name.rpartition(".")[2])]
        if out:
            found["attention_output"] = out[0]
        left = {name: one for name, one in left.items() if name not in (inside if attention else out[:1])}
    inner = max((one.out_features for one in left.values()), default=0)
    wide = [name for name, one in left.items() if one.out_features == inner > one.in_features]
    if wide:
        whole = any(one.in_features == inner for one in left.values())  # else gate and value are made by one matrix
        narrow = [name for name, one in left.items() if one.in_features == (inner if whole else inner // 2)]
        found["ffn_in"] = wide[0]
        if narrow:
            found["ffn_out"] = narrow[0]
    return found
