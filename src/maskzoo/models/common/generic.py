"""Every masked language model that has no module of its own."""

from typing import TYPE_CHECKING, Any

from maskzoo.models.common import architecture

if TYPE_CHECKING:
    from torch import Tensor


class Architecture(architecture.Architecture):
    """Nothing is taken for granted."""

    def transform(self, model: Any, states: "Tensor") -> "Tensor":
        """
        Raises:
            ValueError: the head is not known in parts.
        """
        raise ValueError(self.model_type)
