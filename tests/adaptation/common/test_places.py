"""Places of methods are the same modules by name, and by the pattern that PEFT is given."""

import re

import pytest

from maskzoo.adaptation.common.places import block_names, encoder_prefix, pattern, places
from tests.models.tiny import CONFIGS, tiny

WANTED = ("query", "ffn_in")


@pytest.mark.parametrize("name", CONFIGS)
def test_every_block_has_the_places_and_the_pattern_matches_them_alone(name: str) -> None:
    model = tiny(name)
    modules = dict(model.named_modules())
    blocks = block_names(model)
    assert len(blocks) == 2
    assert all(one.startswith(encoder_prefix(model)) for one in blocks)
    found = places(model, WANTED)
    assert len(found) == len(set(found)) == 2 * len(WANTED)
    assert all(any(one.startswith(f"{block}.") for block in blocks) for one in found)
    assert all(modules[one].weight.ndim == 2 for one in found)
    matched = {one for one in modules if re.fullmatch(pattern(model, WANTED), one)}
    assert matched == set(found)


def test_the_pattern_matches_below_any_head_of_a_task() -> None:
    wanted = pattern(tiny("bert"), ("query",))
    assert re.fullmatch(wanted, "bert.encoder.layer.11.attention.self.query")
    assert re.fullmatch(wanted, "encoder.layer.0.attention.self.query")
    assert not re.fullmatch(wanted, "encoder.layer.0.attention.self.key")
    assert not re.fullmatch(wanted, "classifier.query")
