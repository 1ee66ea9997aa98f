"""The key of a recipe that holds an adaptation method and its settings, told apart by `method`."""

from typing import Annotated

from pydantic import SerializeAsAny

from maskzoo import registry
from maskzoo.recipe.method import Method

Adaptation = Annotated[SerializeAsAny[Method], registry.Chosen("adaptation")]
