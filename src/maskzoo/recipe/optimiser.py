"""What the settings of all optimisers share."""

from typing import Annotated

from pydantic import SerializeAsAny

from maskzoo import registry
from maskzoo.strict import Named


class OptimiserSettings(Named):
    """Settings of an optimiser of `maskzoo.optimisers`; each has its own subclass, which says its name."""


Optimiser = Annotated[SerializeAsAny[OptimiserSettings], registry.Chosen("optimisers")]
