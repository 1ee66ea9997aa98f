"""Methods and their settings, by name, from YAML."""

from typing import Annotated

import pytest
from pydantic import SerializeAsAny

from maskzoo import registry
from maskzoo.errors import UserError
from maskzoo.strict import NoSettings, Strict
from maskzoo.validation import validated

SPAN = {"policy": "part_of_speech", "tagger": {"lexicon": "words.csv"}}


class Run(Strict):
    """A file with methods at several depths."""

    masking: Annotated[SerializeAsAny[Strict], registry.Chosen("masking")]
    phases: tuple[Annotated[SerializeAsAny[Strict], registry.Chosen("masking")], ...] = ()


def refusal(**raw):
    with pytest.raises(UserError) as caught:
        validated(Run, raw, where="run.yaml")
    return str(caught.value)


def test_a_method_is_named_alone_or_with_its_settings():
    alone = registry.settings("masking", "whole_word")
    said = registry.settings("masking", {"policy": "whole_word", "unit": "block"})
    assert alone == type(alone)()
    assert said.unit == "block"
    assert registry.settings("masking", "uniform") == NoSettings()


@pytest.mark.parametrize("kind", [kind for kind in registry.KINDS if registry.names(kind)])
def test_every_kind_says_which_name_was_nearest(kind):
    name = registry.names(kind)[0]
    with pytest.raises(UserError, match=f"run.yaml: key: unknown .* did you mean '{name}'?"):
        registry.load(kind, name + "q", where="run.yaml: key")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("whole_wrod", "run.yaml: masking: unknown masking policy 'whole_wrod'"),
        ({"policy": "whole_wrod"}, "run.yaml: masking.policy: unknown masking policy 'whole_wrod'"),
        ({"unit": "word"}, "run.yaml: masking.policy: is missing"),
        (3, "run.yaml: masking: 3; expected a name (masking policy), or a mapping with `policy`"),
        ({"policy": "whole_word", "uint": 1}, "run.yaml: masking.uint: unknown key 'uint'"),
        ({"policy": "whole_word", "unit": "lien"}, "run.yaml: masking.unit: unknown value 'lien'"),
        ({**SPAN, "tagger": {"taks": "x"}}, "run.yaml: masking.tagger.taks: unknown key 'taks'"),
    ],
)
def test_a_key_that_holds_a_method_is_refused_by_its_whole_path(value, said):
    assert refusal(masking=value).startswith(said)
    in_settings = said.replace("run.yaml: masking", "run.yaml: a")
    with pytest.raises(UserError) as caught:
        registry.settings("masking", value, where="run.yaml: a")
    assert str(caught.value).startswith(in_settings)


def test_the_nearest_key_is_of_the_method_that_is_named():
    assert "did you mean 'unit'?" in refusal(masking={"policy": "whole_word", "unti": "word"})
    assert "did you mean 'task'?" in refusal(masking="uniform", phases=["uniform", {**SPAN, "tagger": {"taks": "x"}}])
    assert "run.yaml: phases.1.tagger.taks" in refusal(
        masking="uniform", phases=["uniform", {**SPAN, "tagger": {"taks": 1}}]
    )


def test_settings_are_written_down_whole_and_read_back():
    run = validated(Run, {"masking": {"policy": "whole_word", "unit": "block"}}, where="run.yaml")
    assert run.model_dump(mode="json")["masking"]["unit"] == "block"


def test_further_problems_are_counted():
    assert refusal(masking={"policy": "whole_word", "uint": 1, "unit": "lien"}).endswith("and 1 more problem")
