"""Names of methods as keys of a recipe: each with its settings, `off` takes one out, anything else is refused."""

import pytest
from pydantic import ValidationError

from maskzoo.documents.filters import language
from maskzoo.recipe.curation import Cleaning


def test_a_method_stands_below_its_name_beside_the_fields() -> None:
    found = Cleaning.model_validate({"min_words": 7, "language": {"keep": ["en"]}})
    assert found.min_words == 7
    assert found.sections == {"language": language.Settings(keep=("en",))}
    assert isinstance(found.sections["language"], language.Settings)


@pytest.mark.parametrize("said", [False, None])
def test_off_takes_it_out(said: object) -> None:
    assert Cleaning.model_validate({"language": said}) == Cleaning()
    assert Cleaning.model_validate({"language": said}).sections == {}


def test_what_was_written_out_is_read_back_as_it_was() -> None:
    found = Cleaning.model_validate({"language": {"drop": ["de"], "min_words": 3}})
    assert Cleaning.model_validate(found.model_dump(mode="json")) == found
    assert Cleaning.model_validate({"language": language.Settings(drop=("de",))}).sections["language"].drop == ("de",)


@pytest.mark.parametrize(
    ("raw", "place", "kind"),
    [
        ({"langauge": {"keep": ["en"]}}, ("langauge",), "extra_forbidden"),
        ({"min_wordz": 3}, ("min_wordz",), "extra_forbidden"),
        ({"language": {"keep": ["en"], "kep": []}}, ("language", "kep"), "extra_forbidden"),
        ({"language": {"keep": ["en"], "min_share": 2}}, ("language", "min_share"), "less_than_equal"),
        ({"language": {}}, ("language",), "value_error"),
        ({"language": True}, ("language",), "model_type"),
        ({"language": "en"}, ("language",), "model_type"),
    ],
)
def test_what_is_wrong_is_told_by_its_own_key(raw: dict[str, object], place: tuple[str, ...], kind: str) -> None:
    with pytest.raises(ValidationError) as error:
        Cleaning.model_validate(raw)
    [first] = error.value.errors()
    assert first["loc"] == place
    assert first["type"] == kind


def test_the_keys_that_there_may_be_are_the_methods_with_settings() -> None:
    assert "language" in Cleaning.section_names()
    assert Cleaning.section_model("language") is language.Settings
    assert Cleaning.section_model("common") is None
    assert Cleaning.section_model(3) is None
