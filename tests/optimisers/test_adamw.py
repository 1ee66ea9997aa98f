"""AdamW decays matrices, leaves vectors alone, and takes its epsilon from the recipe."""

from torch import nn

from maskzoo.optimisers import adamw
from maskzoo.recipe.training import Training


def test_matrices_are_decayed_and_vectors_are_not() -> None:
    layer = nn.Linear(3, 2)
    groups = adamw.make(layer, Training(weight_decay=0.3)).param_groups
    decay = {id(parameter): group["weight_decay"] for group in groups for parameter in group["params"]}
    assert decay == {id(layer.weight): 0.3, id(layer.bias): 0.0}


def test_epsilon_is_what_the_recipe_says() -> None:
    said = Training(optimiser={"name": "adamw", "epsilon": 1e-8})
    assert {group["eps"] for group in adamw.make(nn.Linear(3, 2), said).param_groups} == {1e-8}
    assert {group["eps"] for group in adamw.make(nn.Linear(3, 2), Training()).param_groups} == {1e-6}
