"""docs/recipe.md says what the models say."""

import re

from maskzoo import registry
from maskzoo.recipe.reference import reference

from ..conftest import ROOT


def test_the_reference_is_up_to_date():
    assert (ROOT / "docs/recipe.md").read_text() == reference(), "python -m maskzoo.recipe.reference > docs/recipe.md"


def test_the_reference_names_keys_at_every_depth():
    text = reference()
    assert "number or list of number" in text
    assert "Annotated" not in text
    for key in ("`max_symbol_ratio`", "`head_warmup_steps`", "`corpus.sources.<name>.read`", "`tasks.<name>.data`"):
        assert key in text
    assert "`variants.<name>.masking` with `policy: frequency_weighted`" in text
    assert text.count("## `variants.<name>.masking.tagger") == 1


def test_every_masking_policy_has_its_row_in_the_docs():
    page = (ROOT / "docs/masking.md").read_text()
    assert re.findall(r"^\| `(\w+)` \|", page, re.M)
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.M)) == set(registry.names("masking"))
