"""What a material sets of its own stands below the key of its name, with presets under what the recipe says."""

from typing import Any

import pytest

from maskzoo import registry
from maskzoo.errors import UserError
from maskzoo.recipe.curation import Curation
from maskzoo.validation import validated

WITH_SETTINGS = [name for name in registry.names("materials") if hasattr(registry.load("materials", name), "Settings")]


def refusal(raw: dict[str, Any]) -> str:
    with pytest.raises(UserError) as caught:
        validated(Curation, raw, where="a.yaml")
    return str(caught.value)


@pytest.mark.parametrize("name", WITH_SETTINGS)
def test_the_settings_of_a_material_are_its_own_type_and_are_written_down_with_its_name(name: str) -> None:
    read = Curation.model_validate({"material": name})
    assert type(read.own) is registry.settings_model("materials", name)
    written = read.model_dump(mode="json")
    assert written[name] == read.own.model_dump(mode="json")
    assert not {other for other in WITH_SETTINGS if other != name} & set(written)
    assert Curation.model_validate(written) == read


def test_what_the_recipe_says_wins_over_a_preset_key_by_key() -> None:
    read = Curation.model_validate({"material": "code", "cleaning": {"min_words": 3}})
    assert (read.cleaning.min_words, read.cleaning.boilerplate_repeats) == (3, 0)
    assert Curation().cleaning.boilerplate_repeats == 50


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"material": "protien"}, "a.yaml: material: unknown material 'protien'"),
        ({"material": "protein", "protein": {"max_unknwon": 1}}, "a.yaml: protein.max_unknwon: unknown key"),
        ({"material": "protein", "protein": {"redundancy": {"tol": 1}}}, "a.yaml: protein.redundancy.tol: unknown key"),
        ({"material": "protein", "protein": {"min_length": 0}}, "a.yaml: protein.min_length: 0: input should be"),
        ({"material": "protein", "protein": 3}, "a.yaml: protein: 3; expected a mapping"),
        ({"material": "protein", "proteins": {}}, "a.yaml: proteins: unknown key 'proteins'"),
        ({"protein": {}}, "a.yaml: `protein` is for the material protein, this corpus is of text"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_key(raw: dict[str, Any], said: str) -> None:
    assert refusal(raw).startswith(said)


def test_the_nearest_key_of_the_material_is_named() -> None:
    assert "did you mean 'max_unknown'?" in refusal({"material": "protein", "protein": {"max_unknwon": 1}})
    assert "did you mean 'tool'?" in refusal({"material": "protein", "protein": {"redundancy": {"tol": 1}}})
    assert "did you mean 'protein'?" in refusal({"material": "protein", "proteins": {}})
