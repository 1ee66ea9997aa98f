"""What cannot run is refused before anything does: numbers that are none, sizes beyond reason, names of nothing."""

import re

import pytest

from maskzoo.errors import UserError
from maskzoo.recipe.load import read_recipe

FILE = "domains/general/domain.yaml"


def changed(zoo, pattern: str, replacement: str):
    """The recipe of `general` at demo scale after one change, which must be one."""
    file = zoo / FILE
    text, count = re.subn(pattern, replacement, file.read_text(), count=1, flags=re.M)
    assert count == 1, pattern
    file.write_text(text)
    return read_recipe(file.parent, "demo")


@pytest.mark.parametrize(
    ("pattern", "replacement", "message"),
    [
        (r"^title: .*$", "title: ' '", r"title"),
        (r"^languages: .*$", "languages: [english]", r"languages\.0.*'english'"),
        (r"^(    training: \{)", r"\1warmup: .nan, ", r"training\.warmup.*finite number"),
        (r"^(    training: \{)", r"\1weight_decay: .inf, ", r"training\.weight_decay.*finite number"),
        (r"^(    training: \{)", r"\1head_warmup_steps: 1000000000000, ", r"training\.head_warmup_steps.*1000000000"),
        (r"^(    training: \{)", r"\1clip: -1, ", r"training\.clip"),
    ],
)
def test_a_recipe_that_cannot_run_is_refused_with_its_key(zoo, pattern, replacement, message):
    with pytest.raises(UserError, match=message):
        changed(zoo, pattern, replacement)


def test_a_base_that_may_be_another_tomorrow_is_refused(zoo):
    with pytest.raises(UserError, match=r"bases\.\w+\.revision: someone/model may be another model tomorrow"):
        changed(zoo, r"^(    bases:)$", r"\1\n      moving: {hub: someone/model}")
