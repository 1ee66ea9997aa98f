"""Everything that a run trains as one module: the model, and what the objectives of its phases add to it."""

from collections.abc import Callable, Sequence
from typing import Any

from torch import Tensor, nn

from maskzoo.objectives.common.objective import Objective

MODEL = "model."  # before the names of the model's own tensors


class RootModule(nn.Module):
    """The model and its objectives: the root of what is shared out over processes.

    Whatever computes with the model goes through its `forward`, so that weights in parts are brought together for it.
    """

    def __init__(self, model: Any, objectives: Sequence[Objective]) -> None:
        super().__init__()
        self.model = model
        self.objectives = nn.ModuleList(objectives)

    def forward(self, work: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """What `work` makes of the arguments."""
        return work(*arguments, **named)

    def tensors(self) -> dict[str, Tensor]:
        """Parameters and persistent buffers by name, tied ones once: the model's by their own names, then the others'.

        What an objective adds is called `objectives.<number>.<name>`.
        """
        persistent = set(self.state_dict(keep_vars=True))
        buffers = {name: buffer for name, buffer in self.named_buffers() if name in persistent}
        found = {**dict(self.named_parameters()), **buffers}
        return {name.removeprefix(MODEL): tensor for name, tensor in found.items()}

    def trained(self) -> dict[str, nn.Parameter]:
        """Parameters by the same names."""
        return {name.removeprefix(MODEL): parameter for name, parameter in self.named_parameters()}
