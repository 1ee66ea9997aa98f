"""Which weights a step may change, out of those that the run trains at all."""

import re
from typing import Any

from torch.nn import Parameter

from maskzoo.errors import UserError
from maskzoo.models.common.heads import head_parameters

_LAYER = re.compile(r"\.layers?\.(\d+)\.")


class Freezing:
    """Freezes and thaws parameters between steps; what needs no gradient gets no step and no decay.

    Parameters that need no gradient when this is made are left alone for ever: an adapter's base stays as it is.
    """

    def __init__(self, model: Any) -> None:
        self._trained = [(name, one) for name, one in model.named_parameters() if one.requires_grad]
        self._head = {id(parameter) for parameter in head_parameters(model)}
        self.layers = {int(found[1]) for name, _ in model.named_parameters() if (found := _LAYER.search(name))}

    def check(self, layers: tuple[int, ...], *, where: str | None = None) -> None:
        """
        Raises:
            UserError: a layer that the encoder does not have.
        """
        for layer in layers:
            if layer not in self.layers:
                raise UserError(f"no layer {layer}", where=where, expected=f"0 to {max(self.layers, default=0)}")

    def apply(self, *, head_only: bool = False, layers: tuple[int, ...] = ()) -> None:
        """Leave all to be trained but the encoder (`head_only`) or the numbered layers."""
        for name, parameter in self._trained:
            wanted = self._may_change(name, parameter, head_only, layers)
            if parameter.requires_grad != wanted:
                parameter.requires_grad_(wanted)

    def _may_change(self, name: str, parameter: Parameter, head_only: bool, layers: tuple[int, ...]) -> bool:
        if head_only and id(parameter) not in self._head:
            return False
        found = _LAYER.search(name) if layers else None
        return found is None or int(found[1]) not in layers
